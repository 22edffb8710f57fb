#include "props/explore/lines.h"

#include <gtest/gtest.h>
#include <set>

#include "props/draw/random.h"

namespace cow::props::explore {
namespace {

constexpr std::size_t count = 70;  // more than the bits of one word of Changes

struct Memory {
  std::vector<Lines::Line> room{count};
  Lines lines;
  Lines::Copy start;

  Memory() {
    Random random(1);
    for (auto& line : room) {
      for (auto& byte : line) byte = static_cast<std::byte>(random.below(3));
    }
    lines.add(room.front().data(), 30 * Lines::line_bytes);
    lines.add(room[30].data(), 39 * Lines::line_bytes + 5);
    lines.copy(start);
  }
  Lines::Changes changes() const {
    Lines::Changes all{};
    lines.compare(start, 0, count, all);
    return all;
  }
  /// The fingerprint by what changed, which must be that of all lines.
  std::uint64_t fingerprint() const {
    Lines::Copy now;
    lines.copy(now);
    EXPECT_EQ(lines.fingerprint(start, changes()), now.fingerprint);
    return now.fingerprint;
  }
};

TEST(Lines, FindHashAndPutBackEveryBit) {
  Memory memory;
  ASSERT_EQ(memory.lines.size(), count);
  std::set<std::uint64_t> prints{memory.fingerprint()};
  for (std::size_t i = 0; i < count; ++i) {
    for (std::size_t bit = 0; bit < Lines::line_bytes * 8; ++bit) {
      memory.room[i][bit / 8] ^= static_cast<std::byte>(1U << bit % 8);
      Lines::Changes want{};
      want[i / 64] = std::uint64_t{1} << i % 64;
      ASSERT_EQ(memory.changes(), want);
      ASSERT_FALSE(memory.lines.same(memory.start, count));
      ASSERT_TRUE(prints.insert(memory.fingerprint()).second);
      memory.lines.put_back(memory.start, want);
      ASSERT_TRUE(memory.lines.same(memory.start, count));
    }
  }
}

/// Whatever the processor can do besides what is used on it.
TEST(Lines, AreComparedAlikeByEveryProcessor) {
  Memory memory;
  std::vector<Lines::Line*> at;
  for (auto& line : memory.room) at.push_back(&line);
  const auto* const now = at.data();
  const auto* const before = memory.start.lines.data();
  for (const auto& compare : every_line_compare()) {
    for (std::size_t i = 0; i < 64; ++i) {
      for (std::size_t bit = 0; bit < Lines::line_bytes * 8; ++bit) {
        memory.room[i][bit / 8] ^= static_cast<std::byte>(1U << bit % 8);
        ASSERT_EQ(compare.which_differ(now, before, 64), std::uint64_t{1} << i);
        ASSERT_EQ(compare.which_differ(now, before, i), 0U);
        ASSERT_FALSE(compare.none_differs(now, before, count));
        ASSERT_TRUE(compare.none_differs(now, before, i));
        memory.room[i] = memory.start.lines[i];
      }
    }
    ASSERT_TRUE(compare.none_differs(now, before, count));
  }
}

TEST(Lines, DependOnTheirPlaces) {
  Memory memory;
  const auto before = memory.fingerprint();
  std::swap(memory.room[3], memory.room[4]);
  EXPECT_NE(memory.fingerprint(), before);
  for (auto& line : memory.room) line.fill(std::byte{0});
  const auto zeroes = memory.fingerprint();
  memory.room[1][0] = memory.room[2][0] = std::byte{1};
  const auto first = memory.fingerprint();
  memory.room[1][0] = memory.room[2][0] = std::byte{0};
  memory.room[1][8] = memory.room[2][8] = std::byte{1};
  EXPECT_EQ((std::set{zeroes, first, memory.fingerprint()}).size(), 3U);
}

TEST(Lines, ThatChangedAreBroughtBack) {
  Memory memory;
  for (const std::size_t i : {0U, 5U, 63U, 64U, 69U}) memory.room[i].fill(std::byte{7});
  const auto changes = memory.changes();
  const auto print = memory.fingerprint();
  ASSERT_EQ(Lines::count(changes), 5U);
  std::vector<Lines::Line> kept(5), taken(5);
  memory.lines.copy(changes, kept.data());
  EXPECT_EQ(memory.lines.take_back(memory.start, changes, taken.data()), print);
  EXPECT_EQ(taken, kept);
  EXPECT_TRUE(Lines::none(memory.changes()));
  memory.lines.put(changes, kept.data());
  EXPECT_EQ(memory.fingerprint(), print);
}

}  // namespace
}  // namespace cow::props::explore
