#include <map>

#include "impl/machine/test_machine.h"

/// What is counted globally and for nobody in particular, to the last one: what `accounted`
/// compares with the accounts of the processes is not here, nor are frames taken and flushes, which
/// no user asks about one by one.
namespace cow::kernel {
namespace {

using Noted = std::map<std::string, std::uint64_t>;

/// A tiny machine that says what was noted since it was asked last.
struct CountingLab : machine::Lab<machine::Tiny> {
  using Lab::Lab;
  Noted noted() {
    Noted noted;
    for (std::size_t e = 0; e < event_count; ++e) {
      const auto now = m.header().events[e];
      const auto event = static_cast<Event>(e);
      const bool left_out = event == Event::allocation || event == Event::shootdown ||
                            std::ranges::find(event_of, event) != event_of.end();
      if (now != before_[e] && !left_out) noted[event_names[e]] = now - before_[e];
      before_[e] = now;
    }
    return noted;
  }

 private:
  std::array<std::uint64_t, event_count> before_{};
};

machine::Config with(void (*change)(machine::Config&)) {
  auto config = machine::test_config<machine::Tiny>();
  change(config);
  return config;
}

TEST(Statistics, ATouchZeroesAPageAndAHugeOneAllOfIts) {
  CountingLab lab;
  ASSERT_EQ(lab.map(0, 0, 2), Status::ok);
  ASSERT_EQ(lab.map_huge(0, 4, 4), Status::ok);
  EXPECT_EQ(lab.noted(), Noted{});
  ASSERT_EQ(lab.write(0, 0, 1), Status::ok);
  EXPECT_EQ(lab.noted(), (Noted{{"zero", 1}}));
  ASSERT_EQ(lab.write(0, 4, 1), Status::ok);
  EXPECT_EQ(lab.noted(), (Noted{{"zero", lab.fan}, {"huge-leaf", 1}}));
  ASSERT_EQ(lab.write(0, 0, 2), Status::ok);
  EXPECT_EQ(lab.noted(), Noted{}) << "nothing is touched twice";
}

TEST(Statistics, TheZeroPageIsShownToReadersOnly) {
  CountingLab lab(with([](auto& config) { config.zero_page = true; }));
  ASSERT_EQ(lab.map(0, 0, 2), Status::ok);
  ASSERT_EQ(lab.map_huge(0, 4, 4), Status::ok);
  lab.noted();
  EXPECT_EQ(lab.at(0, 0), 0);
  EXPECT_EQ(lab.noted(), (Noted{{"zero-page", 1}}));
  EXPECT_EQ(lab.at(0, 5), 0);
  EXPECT_EQ(lab.noted(), (Noted{{"zero-page", 1}})) << "the huge one";
  ASSERT_EQ(lab.write(0, 0, 1), Status::ok);
  EXPECT_EQ(lab.noted(), (Noted{{"zero", 1}}));
}

TEST(Statistics, AHugeCopyIsOne) {
  CountingLab lab(with([](auto& config) { config.copies_huge = true; }));
  ASSERT_EQ(lab.map_huge(0, 0, 4), Status::ok);
  ASSERT_EQ(lab.write(0, 0, 1), Status::ok);
  ASSERT_EQ(lab.system.fork(0, 1), Status::ok);
  lab.noted();
  ASSERT_EQ(lab.write(1, 1, 2), Status::ok);
  EXPECT_EQ(lab.noted(), (Noted{{"huge-copy", 1}}));
  ASSERT_EQ(lab.write(0, 1, 2), Status::ok);
  EXPECT_EQ(lab.noted(), Noted{}) << "the last one keeps it";
}

TEST(Statistics, APinForReadingUnsharesOnce) {
  for (const bool huge : {false, true}) {
    CountingLab lab;
    ASSERT_EQ(huge ? lab.map_huge(0, 0, 4) : lab.map(0, 0, 4), Status::ok);
    ASSERT_EQ(lab.write(0, 0, 1), Status::ok);
    ASSERT_EQ(lab.system.fork(0, 1), Status::ok);
    ASSERT_EQ(lab.system.exit(1), Status::ok);
    lab.noted();
    ASSERT_EQ(lab.system.pin(0, 0, {0, 0, Access::read}), Status::ok);
    EXPECT_EQ(lab.noted(), (Noted{{"unshare", 1}})) << huge;
    ASSERT_EQ(lab.system.pin(0, 0, {1, 0, Access::read}), Status::ok);
    EXPECT_EQ(lab.noted(), Noted{}) << huge;
  }
}

TEST(Statistics, APinFaultsOnceWhereThePageIsNotReady) {
  CountingLab lab;
  ASSERT_EQ(lab.map(0, 0, 2), Status::ok);
  const auto faults = [&](std::uint32_t slot, std::uint64_t page, Access access) {
    const auto before = lab.m.account(0)[Count::fault];
    EXPECT_EQ(lab.system.pin(0, 0, {slot, page, access}), Status::ok);
    return lab.m.account(0)[Count::fault] - before;
  };
  EXPECT_EQ(faults(0, 0, Access::write), 1U);
  EXPECT_EQ(faults(1, 0, Access::read), 0U) << "it is ready";
  ASSERT_EQ(lab.system.unpin(0, 1), Status::ok);
  ASSERT_EQ(lab.write(0, 1, 1), Status::ok);
  ASSERT_EQ(lab.system.fork(0, 1), Status::ok);
  EXPECT_EQ(faults(1, 1, Access::read), 1U) << "the child has it, too";
}

TEST(Statistics, AForkCopiesWhatIsPinned) {
  CountingLab lab;
  ASSERT_EQ(lab.map(0, 0, 2), Status::ok);
  ASSERT_EQ(lab.write(0, 0, 1), Status::ok);
  ASSERT_EQ(lab.write(0, 1, 1), Status::ok);
  ASSERT_EQ(lab.system.pin(0, 0, {0, 1, Access::write}), Status::ok);
  lab.noted();
  ASSERT_EQ(lab.system.fork(0, 1), Status::ok);
  EXPECT_EQ(lab.noted(), (Noted{{"fork-copy", 1}}));
}

TEST(Statistics, AnEagerForkCopiesAll) {
  CountingLab lab(with([](auto& config) { config.fork = ForkPolicy::eager; }));
  ASSERT_EQ(lab.map(0, 0, 3), Status::ok);
  for (const auto page : {0U, 1U}) ASSERT_EQ(lab.write(0, page, 1), Status::ok);
  lab.noted();
  ASSERT_EQ(lab.system.fork(0, 1), Status::ok);
  EXPECT_EQ(lab.noted(), (Noted{{"fork-copy", 2}})) << "the third was never touched";
}

TEST(Statistics, AnEagerForkCopiesAllPartsOfAHugePage) {
  for (const bool pooled : {false, true}) {
    CountingLab lab(with([](auto& config) { config.fork = ForkPolicy::eager, config.pool = 4; }));
    ASSERT_EQ(lab.system.map(0, 0, 4, {Access::write, false, true, false, 0, pooled}), Status::ok);
    ASSERT_EQ(lab.write(0, 0, 1), Status::ok);
    lab.noted();
    ASSERT_EQ(lab.system.fork(0, 1), Status::ok);
    EXPECT_EQ(lab.noted(), (Noted{{"fork-copy", lab.fan}})) << pooled;
  }
}

TEST(Statistics, ThePoolGivesHugePages) {
  CountingLab lab(with([](auto& config) { config.pool = 4; }));
  const auto map = [&](std::uint64_t page, bool shared) {
    return lab.system.map(0, page, 4, {Access::write, shared, false, false, 0, true});
  };
  ASSERT_EQ(map(0, false), Status::ok);
  EXPECT_EQ(lab.noted(), Noted{}) << "it is promised";
  ASSERT_EQ(lab.write(0, 0, 1), Status::ok);
  EXPECT_EQ(lab.noted(), (Noted{{"hugetlb", 1}, {"zero", lab.fan}}));
  ASSERT_EQ(map(4, true), Status::ok);
  EXPECT_EQ(lab.noted(), (Noted{{"hugetlb", 1}, {"zero", lab.fan}})) << "an object has all at once";
  ASSERT_EQ(lab.write(0, 4, 1), Status::ok);
  EXPECT_EQ(lab.noted(), Noted{});
}

TEST(Statistics, ACountWithoutRoomIsNotedOnce) {
  CountingLab lab(with([](auto& config) { config.count_bits = 2; }));
  ASSERT_EQ(lab.map(0, 0, 1), Status::ok);
  ASSERT_EQ(lab.write(0, 0, 1), Status::ok);
  for (const auto child : {1U, 2U}) ASSERT_EQ(lab.system.fork(0, child), Status::ok);
  lab.noted();
  ASSERT_EQ(lab.system.fork(0, 3), Status::ok);
  EXPECT_EQ(lab.noted(), (Noted{{"saturated", 1}, {"fork-copy", 1}}));
}

TEST(Statistics, WhatWasGivenUpIsDiscarded) {
  for (const bool huge : {false, true}) {
    CountingLab lab;
    ASSERT_EQ(huge ? lab.map_huge(0, 0, 4) : lab.map(0, 0, 4), Status::ok);
    ASSERT_EQ(lab.write(0, 0, 1), Status::ok);
    ASSERT_EQ(lab.system.give_up(0, 0, 4), Status::ok);
    lab.noted();
    ASSERT_EQ(lab.system.pageout(0, 0, 4), Status::ok);
    EXPECT_EQ(lab.noted(), (Noted{{"discard", huge ? lab.fan : 1}})) << huge;
  }
}

}  // namespace
}  // namespace cow::kernel
