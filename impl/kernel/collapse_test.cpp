#include "impl/kernel/collapse.h"

#include "impl/machine/test_machine.h"

namespace cow::kernel {
namespace {

template <class G>
struct CollapseTest : testing::Test {};

TYPED_TEST_SUITE(CollapseTest, machine::Geometries);

/// P0 has one huge page of small pages at its start, each with its number + 1 as first byte.
template <class G>
struct SmallLab : machine::Lab<G> {
  using machine::Lab<G>::fan;
  SmallLab() {
    EXPECT_EQ(this->map(0, 0, fan), Status::ok);
    for (std::uint32_t i = 0; i < fan; ++i) {
      EXPECT_EQ(this->write(0, i, byte(i)), Status::ok);
    }
  }
  static std::uint8_t byte(std::uint32_t i) { return static_cast<std::uint8_t>(i + 1); }
  bool huge(std::uint32_t p) const { return this->walk(p, 0).entry.huge(); }
  void expect_bytes(std::uint32_t p) {
    for (std::uint32_t i = 0; i < fan; ++i) ASSERT_EQ(this->at(p, i), byte(i)) << "P" << p;
  }
};

TYPED_TEST(CollapseTest, SmallPagesBecomeAHugeOneWithoutAHint) {
  SmallLab<TypeParam> lab;
  const auto used = lab.used();
  ASSERT_EQ(lab.system.collapse(0, 0, lab.fan), Status::ok);
  EXPECT_TRUE(lab.huge(0));
  EXPECT_TRUE(lab.walk(0, 0).entry.exclusive() && lab.walk(0, 0).entry.writable());
  EXPECT_EQ(lab.used(), used - 1) << "the table of the small pages is gone";
  EXPECT_EQ(lab.events(Event::collapse), 1U);
  EXPECT_EQ(lab.copies(), lab.fan);
  lab.expect_bytes(0);
  const auto faults = lab.events(Event::fault);
  ASSERT_EQ(lab.write(0, 1, 9), Status::ok);
  EXPECT_EQ(lab.events(Event::fault), faults) << "what was writable is";
  EXPECT_EQ(lab.findings(), "");
}

TYPED_TEST(CollapseTest, WhatNobodyTouchedIsZeroes) {
  machine::Lab<TypeParam> lab;
  ASSERT_EQ(lab.map(0, 0, 2 * lab.fan), Status::ok);
  ASSERT_EQ(lab.write(0, 1, 7), Status::ok);
  ASSERT_EQ(lab.system.collapse(0, 0, 2 * lab.fan), Status::ok);
  EXPECT_EQ(lab.copies(), 1U);
  EXPECT_EQ(lab.events(Event::collapse), 1U) << "where there is nothing, nothing is made";
  EXPECT_EQ(lab.at(0, 0), 0);
  EXPECT_EQ(lab.at(0, 1), 7);
  EXPECT_EQ(lab.findings(), "");
}

/// The cases of Linux's selftest cow.c: which half the child shares decides which frames stay.
TYPED_TEST(CollapseTest, TheParentLeavesWhatItSharesWithItsChild) {
  using Half = std::pair<std::uint32_t, std::uint32_t>;  // the pages that the child does not get
  constexpr auto fan = SmallLab<TypeParam>::fan;
  for (const auto& [first, count] : {Half{0, 0}, Half{0, fan / 2}, Half{fan / 2, fan / 2}}) {
    SmallLab<TypeParam> lab;
    if (count > 0) {
      ASSERT_EQ(lab.system.advise(0, first, count, Advice::dontfork), Status::ok);
    }
    ASSERT_EQ(lab.system.fork(0, 1), Status::ok);
    if (count > 0) {
      ASSERT_EQ(lab.system.advise(0, first, count, Advice::dofork), Status::ok);
    }
    ASSERT_EQ(lab.system.collapse(0, 0, fan), Status::ok);
    EXPECT_TRUE(lab.huge(0));
    lab.expect_bytes(0);
    for (std::uint32_t i = 0; i < fan; ++i) ASSERT_EQ(lab.write(0, i, 0xEE), Status::ok);
    for (std::uint32_t i = 0; i < fan; ++i) {
      if (count > 0 && first <= i && i < first + count) continue;
      ASSERT_EQ(lab.at(1, i), lab.byte(i)) << "the child's";
    }
    EXPECT_EQ(lab.findings(), "");
  }
}

TYPED_TEST(CollapseTest, APinnedPageKeepsTheOthersSmall) {
  SmallLab<TypeParam> lab;
  ASSERT_EQ(lab.system.pin(0, 0, {0, 1, Access::write}), Status::ok);
  const auto frame = lab.walk(0, 1).entry.frame();
  ASSERT_EQ(lab.system.collapse(0, 0, lab.fan), Status::ok);
  EXPECT_FALSE(lab.huge(0));
  EXPECT_EQ(lab.walk(0, 1).entry.frame(), frame);
  EXPECT_EQ(lab.copies(), 0U);
  const auto faults = lab.events(Event::fault);
  ASSERT_EQ(lab.write(0, 1, 9), Status::ok);
  EXPECT_EQ(lab.events(Event::fault), faults) << "all is as it was";
  lab.system.unpin(0, 0);
  ASSERT_EQ(lab.system.collapse(0, 0, lab.fan), Status::ok);
  EXPECT_TRUE(lab.huge(0));
  EXPECT_EQ(lab.findings(), "");
}

TYPED_TEST(CollapseTest, WithoutAHugeFrameAllStaysAsItIs) {
  SmallLab<TypeParam> lab;
  lab.system.fail_allocation(1);
  ASSERT_EQ(lab.system.collapse(0, 0, lab.fan), Status::ok);
  EXPECT_FALSE(lab.huge(0));
  EXPECT_EQ(lab.copies(), 0U);
  const auto faults = lab.events(Event::fault);
  lab.expect_bytes(0);
  ASSERT_EQ(lab.write(0, 0, 1), Status::ok);
  EXPECT_EQ(lab.events(Event::fault), faults);
  EXPECT_EQ(lab.findings(), "");
}

TYPED_TEST(CollapseTest, NeedsAWholeHugePageOfOnePrivateArea) {
  machine::Lab<TypeParam> lab;
  constexpr auto fan = lab.fan;
  ASSERT_EQ(lab.map_shared(0, 0, fan), Status::ok);
  ASSERT_EQ(lab.map(0, fan, fan), Status::ok);
  ASSERT_EQ(lab.system.protect(0, fan, 1, Access::read), Status::ok);
  ASSERT_EQ(lab.map(0, 2 * fan, fan - 1), Status::ok);
  for (std::uint32_t page = 1; page < 3 * fan - 1; ++page) {
    if (page == fan) continue;  // may only be read
    ASSERT_EQ(lab.write(0, page, 1), Status::ok);
  }
  ASSERT_EQ(lab.system.collapse(0, 0, 3 * fan - 1), Status::ok);
  EXPECT_EQ(lab.system.collapse(0, 0, 3 * fan), Status::not_mapped);
  EXPECT_EQ(lab.system.collapse(0, 0, 0), Status::bad_range);
  EXPECT_EQ(lab.system.collapse(1, 0, fan), Status::no_process);
  EXPECT_EQ(lab.events(Event::collapse), 0U);
  EXPECT_EQ(lab.copies(), 0U);
  EXPECT_EQ(lab.findings(), "");
}

TYPED_TEST(CollapseTest, ThereAndBackAgain) {
  SmallLab<TypeParam> lab;
  ASSERT_EQ(lab.system.collapse(0, 0, lab.fan), Status::ok);
  ASSERT_EQ(lab.system.split(0, 1, 1), Status::ok);
  EXPECT_FALSE(lab.huge(0)) << "a part of the range is enough";
  EXPECT_TRUE(lab.walk(0, 1).entry.exclusive() && lab.walk(0, 1).entry.writable());
  lab.expect_bytes(0);
  ASSERT_EQ(lab.system.collapse(0, 0, lab.fan), Status::ok);
  EXPECT_TRUE(lab.huge(0));
  lab.system.fail_allocation(1);
  ASSERT_EQ(lab.system.split(0, 0, lab.fan), Status::ok) << "a hint";
  lab.system.fail_allocation(0);
  EXPECT_TRUE(lab.huge(0));
  EXPECT_EQ(lab.system.split(0, lab.fan, 1), Status::not_mapped);
  EXPECT_EQ(lab.system.split(0, 0, 0), Status::bad_range);
  EXPECT_EQ(lab.system.split(3, 0, 1), Status::no_process);
  EXPECT_EQ(lab.findings(), "");
  ASSERT_EQ(lab.system.exit(0), Status::ok);
  EXPECT_EQ(lab.used(), 0U);
}

}  // namespace
}  // namespace cow::kernel
