#include "props/race/oracle.h"

#include <gtest/gtest.h>

#include "props/race/schedule_text.h"

namespace cow::props::race {
namespace {

using model::Status;

/// Two writers to one byte, the second of which reads it afterwards.
struct OracleTest : testing::Test {
  const Case what = parse_race(
                        "P0 map p0 1 private write\n"
                        "A P0 write p0 1 1\n"
                        "B P0@1 write p0 1 2\n"
                        "B P0@1 read p0 1\n")
                        .what;
  Oracle oracle{what};
  std::array<std::uint8_t, 16> page{};

  /// Stamps: who begins first ends first where they do not overlap.
  static Call call(Status status, std::uint32_t begun, std::uint32_t ended,
                   std::vector<std::uint8_t> bytes = {}) {
    return {status, std::move(bytes), begun, ended, false};
  }
  /// The law that is broken when byte 0 is `last` at the end; nothing when some order explains it.
  std::optional<Law> judge(const History& history, std::uint8_t last) {
    page[0] = last;
    const FinalView view{[](std::uint32_t p) { return p == 0; },
                         [this](std::uint32_t, std::uint32_t at) {
                           if (at != 0) return Seen{};
                           return Seen{true, model::Access::write, page.data()};
                         }};
    const auto finding = oracle.explain(history, view);
    return finding ? std::optional(finding->law) : std::nullopt;
  }
};

TEST_F(OracleTest, AnyOrderOfWhatOverlapsWillDo) {
  const auto history = [](std::uint8_t read) {
    return History{{call(Status::ok, 1, 9)},
                   {call(Status::ok, 2, 3), call(Status::ok, 4, 5, {read})}};
  };
  EXPECT_EQ(judge(history(2), 2), std::nullopt) << "A first";
  EXPECT_EQ(judge(history(2), 1), std::nullopt) << "A last";
  EXPECT_EQ(judge(history(1), 1), std::nullopt) << "A in the middle";
  EXPECT_EQ(judge(history(1), 2), Law::isolation) << "A cannot be both before and after";
  EXPECT_EQ(judge(history(3), 2), Law::isolation) << "nobody wrote that";
  EXPECT_EQ(judge(history(2), 3), Law::isolation);
}

TEST_F(OracleTest, TheOrderOfWhatDoesNotOverlapStays) {
  const History history = {{call(Status::ok, 1, 2)},
                           {call(Status::ok, 3, 4), call(Status::ok, 5, 6, {2})}};
  EXPECT_EQ(judge(history, 2), std::nullopt);
  EXPECT_EQ(judge(history, 1), Law::isolation) << "A had ended before B began";
}

TEST_F(OracleTest, AnswersMustBeTheReferences) {
  EXPECT_EQ(
      judge({{call(Status::segfault, 1, 9)}, {call(Status::ok, 2, 3), call(Status::ok, 4, 5, {2})}},
            2),
      Law::permission);
  EXPECT_EQ(
      judge({{call(Status::stuck, 1, 9)}, {call(Status::ok, 2, 3), call(Status::ok, 4, 5, {2})}},
            2),
      Law::progress);
}

TEST_F(OracleTest, ARefusalForLackOfMemoryIsEarnedAndChangesNothing) {
  auto refused = call(Status::no_memory, 1, 9);
  const std::vector<Call> other = {call(Status::ok, 2, 3), call(Status::ok, 4, 5, {2})};
  EXPECT_EQ(judge({{refused}, other}, 2), Law::frugal);
  refused.allocation_failed = true;
  EXPECT_EQ(judge({{refused}, other}, 2), std::nullopt);
  EXPECT_EQ(judge({{refused}, other}, 1), Law::isolation) << "it wrote all the same";
}

TEST_F(OracleTest, WhoIsAliveCounts) {
  page[0] = 2;
  const History history = {{call(Status::ok, 1, 2)},
                           {call(Status::ok, 3, 4), call(Status::ok, 5, 6, {2})}};
  const FinalView all_alive{[](std::uint32_t) { return true; },
                            [this](std::uint32_t, std::uint32_t at) {
                              if (at != 0) return Seen{};
                              return Seen{true, model::Access::write, page.data()};
                            }};
  const auto finding = oracle.explain(history, all_alive);
  ASSERT_TRUE(finding);
  EXPECT_NE(finding->text.find("P1 is alive"), std::string::npos) << finding->text;
}

/// What a device sees must fit the order, too.
TEST(Oracle, LooksAtPins) {
  const Case what = parse_race(
                        "P0 map p0 1 private write\n"
                        "P0 pin d0 p0 write\n"
                        "A P0 write p0 1 1\n"
                        "B P0 device-write d0 1 2\n")
                        .what;
  Oracle oracle(what);
  const History history = {{Call{Status::ok, {}, 1, 4, false}},
                           {Call{Status::ok, {}, 2, 3, false}}};
  std::array<std::uint8_t, 16> page{}, pinned{};
  page[0] = 2;
  const std::uint8_t* pin = pinned.data();
  const FinalView view{[](std::uint32_t p) { return p == 0; },
                       [&](std::uint32_t, std::uint32_t at) {
                         if (at != 0) return Seen{};
                         return Seen{true, model::Access::write, page.data()};
                       },
                       [&](std::uint32_t, std::uint32_t n) { return n == 0 ? pin : nullptr; }};
  pinned[0] = 2;
  EXPECT_FALSE(oracle.explain(history, view));
  pinned[0] = 1;
  EXPECT_TRUE(oracle.explain(history, view)) << "the device sees another order";
  pin = nullptr;
  EXPECT_TRUE(oracle.explain(history, view));
}

/// What was given up may be dropped or not; what was written since may not.
TEST(Oracle, TriesWhatAPageoutMayDrop) {
  const Case what = parse_race(
                        "P0 map p0 1 private write\n"
                        "P0 write p0 2 0x11\n"
                        "P0 free p0 1\n"
                        "A P0 pageout p0 1\n"
                        "B P0@1 write p0 1 2\n")
                        .what;
  Oracle oracle(what);
  const History history = {{Call{Status::ok, {}, 1, 4, false}},
                           {Call{Status::ok, {}, 2, 3, false}}};
  std::array<std::uint8_t, 16> page{};
  bool clean = false;
  const FinalView view{[](std::uint32_t p) { return p == 0; },
                       [&](std::uint32_t, std::uint32_t at) {
                         if (at != 0) return Seen{};
                         return Seen{true, model::Access::write, page.data()};
                       },
                       {},
                       [&](std::uint32_t, std::uint32_t) { return clean; }};
  page = {2, 0x12};
  EXPECT_FALSE(oracle.explain(history, view)) << "kept";
  page = {2, 0};
  EXPECT_FALSE(oracle.explain(history, view)) << "dropped first";
  page = {0, 0};
  EXPECT_TRUE(oracle.explain(history, view)) << "the write is lost";
  page = {2, 0x12};
  clean = true;
  EXPECT_TRUE(oracle.explain(history, view)) << "the write will be lost";
}

}  // namespace
}  // namespace cow::props::race
