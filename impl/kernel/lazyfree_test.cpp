#include "impl/kernel/lazyfree.h"

#include "impl/machine/test_machine.h"

namespace cow::kernel {
namespace {

using machine::Lab;

template <class G>
struct LazyfreeTest : testing::Test {
  Lab<G> lab;
  auto entry(std::uint32_t p, std::uint64_t page) const { return lab.walk(p, page).entry; }
};

TYPED_TEST_SUITE(LazyfreeTest, machine::Geometries);

TYPED_TEST(LazyfreeTest, APageStaysUntilItIsDropped) {
  auto& lab = this->lab;
  lab.map(0, 0, 2);
  lab.write(0, 0, 5);
  lab.write(0, 1, 6);
  ASSERT_EQ(lab.system.give_up(0, 0, 1), Status::ok);
  EXPECT_EQ(lab.at(0, 0), 5);
  EXPECT_FALSE(this->entry(0, 0).dirty());
  EXPECT_TRUE(this->entry(0, 1).dirty());
  ASSERT_EQ(lab.system.pageout(0, 0, 2), Status::ok);
  EXPECT_EQ(lab.at(0, 0), 0) << "dropped";
  EXPECT_EQ(lab.at(0, 1), 6) << "swapped, and back";
  EXPECT_EQ(lab.events(Event::discard), 1U);
  EXPECT_EQ(lab.events(Event::swap_out), 1U);
  EXPECT_EQ(lab.findings(), "");
}

TYPED_TEST(LazyfreeTest, AWriteKeepsItAndTakesNoFault) {
  auto& lab = this->lab;
  lab.map(0, 0, 1);
  lab.write(0, 0, 5);
  lab.system.give_up(0, 0, 1);
  const auto faults = lab.events(Event::fault);
  lab.write(0, 0, 7);
  EXPECT_EQ(lab.events(Event::fault), faults);
  EXPECT_TRUE(this->entry(0, 0).dirty());
  lab.system.pageout(0, 0, 1);
  EXPECT_EQ(lab.at(0, 0), 7);
  EXPECT_EQ(lab.events(Event::discard), 0U);
}

TYPED_TEST(LazyfreeTest, ARefusedWriteDoesNot) {
  auto& lab = this->lab;
  lab.map(0, 0, 1);
  lab.write(0, 0, 5);
  lab.system.give_up(0, 0, 1);
  lab.system.protect(0, 0, 1, Access::read);
  EXPECT_EQ(lab.write(0, 0, 7), Status::segfault);
  EXPECT_FALSE(this->entry(0, 0).dirty());
}

TYPED_TEST(LazyfreeTest, AHugePageIsDroppedAsOneWhereItIsGivenUpWhole) {
  auto& lab = this->lab;
  constexpr auto fan = Lab<TypeParam>::fan;
  lab.map_huge(0, 0, 2 * fan);
  for (std::uint32_t i = 0; i < 2 * fan; ++i) lab.write(0, i, 3);
  ASSERT_EQ(lab.system.give_up(0, 0, fan + 1), Status::ok);
  EXPECT_TRUE(this->entry(0, 0).huge());
  EXPECT_FALSE(this->entry(0, fan).huge()) << "split at the border";
  lab.system.pageout(0, 0, fan + 2);
  EXPECT_EQ(lab.events(Event::discard), fan + 1);
  EXPECT_EQ(lab.at(0, fan - 1), 0);
  EXPECT_EQ(lab.at(0, fan), 0);
  EXPECT_EQ(lab.at(0, fan + 1), 3);
  EXPECT_EQ(lab.findings(), "");
}

TYPED_TEST(LazyfreeTest, APartOfAHugePageIsDroppedAlone) {
  auto& lab = this->lab;
  constexpr auto fan = Lab<TypeParam>::fan;
  lab.map_huge(0, 0, fan);
  lab.write(0, 0, 3);
  lab.write(0, 1, 4);
  lab.system.give_up(0, 0, fan);
  lab.system.pageout(0, 0, 1);
  EXPECT_EQ(lab.at(0, 0), 0);
  EXPECT_EQ(lab.at(0, 1), 4);
  EXPECT_FALSE(this->entry(0, 1).dirty()) << "still given up";
  EXPECT_EQ(lab.findings(), "");
}

TYPED_TEST(LazyfreeTest, AChildInheritsItAndKeepsWhatTheParentDrops) {
  auto& lab = this->lab;
  lab.map(0, 0, 1);
  lab.write(0, 0, 5);
  lab.system.give_up(0, 0, 1);
  lab.system.fork(0, 1);
  lab.system.pageout(0, 0, 1);
  EXPECT_EQ(lab.at(0, 0), 0);
  EXPECT_EQ(lab.at(1, 0), 5);
  lab.system.pageout(1, 0, 1);
  EXPECT_EQ(lab.at(1, 0), 0);
  EXPECT_EQ(lab.findings(), "");
}

TYPED_TEST(LazyfreeTest, WhatADeviceHoldsIsNotDropped) {
  auto& lab = this->lab;
  std::uint8_t value = 9;
  lab.map(0, 0, 2);
  lab.write(0, 0, 5);
  lab.write(0, 1, 5);
  ASSERT_EQ(lab.system.pin(0, 0, {0, 0, Access::write}), Status::ok);
  lab.system.give_up(0, 0, 2);
  EXPECT_TRUE(this->entry(0, 0).dirty()) << "pinned before";
  ASSERT_EQ(lab.system.pin(0, 0, {1, 1, Access::read}), Status::ok);
  EXPECT_TRUE(this->entry(0, 1).dirty()) << "pinned since";
  lab.system.device_write(0, 0, 0, {&value, 1});
  lab.system.unpin(0, 0);
  lab.system.pageout(0, 0, 2);
  EXPECT_EQ(lab.at(0, 0), 9);
  EXPECT_EQ(lab.at(0, 1), 5);
  EXPECT_EQ(lab.findings(), "");
}

TYPED_TEST(LazyfreeTest, WhatIsInSwapGoesAtOnce) {
  auto& lab = this->lab;
  lab.map(0, 0, 1);
  lab.write(0, 0, 5);
  lab.system.pageout(0, 0, 1);
  ASSERT_EQ(lab.m.used_slots(), 1U);
  lab.system.give_up(0, 0, 1);
  EXPECT_EQ(lab.m.used_slots(), 0U);
  EXPECT_EQ(lab.at(0, 0), 0);
}

TYPED_TEST(LazyfreeTest, OnlyAnonymousPrivateMemoryCanBeGivenUp) {
  auto& lab = this->lab;
  lab.map(0, 0, 1);
  lab.map_shared(0, 1, 1);
  lab.system.map(0, 2, 1, {Access::write, false, false, true, 0});
  EXPECT_EQ(lab.system.give_up(0, 0, 2), Status::invalid);
  EXPECT_EQ(lab.system.give_up(0, 2, 1), Status::invalid);
  EXPECT_EQ(lab.system.give_up(0, 2, 2), Status::not_mapped);
  EXPECT_EQ(lab.system.give_up(0, 0, 0), Status::bad_range);
}

/// The laws about what was given up can fail.
TYPED_TEST(LazyfreeTest, ATranslationForWritingOfACleanPageIsFound) {
  auto& lab = this->lab;
  lab.map(0, 0, 1);
  lab.write(0, 0, 5);
  const auto at = lab.walk(0, 0);
  lab.m.store_at(at.table, index_at<typename Lab<TypeParam>::M>(lab.m.user_first(), 0),
                 at.entry.made_clean());
  EXPECT_EQ(lab.findings().substr(0, 13), "tlb-coherent:");
}

TYPED_TEST(LazyfreeTest, APinnedCleanPageIsFound) {
  auto& lab = this->lab;
  lab.map(0, 0, 1);
  lab.system.pin(0, 0, {0, 0, Access::write});
  const auto at = lab.walk(0, 0);
  lab.m.store_at(at.table, index_at<typename Lab<TypeParam>::M>(lab.m.user_first(), 0),
                 at.entry.made_clean());
  EXPECT_NE(lab.findings().find("pin-stable: P0 p0 may be dropped"), std::string::npos);
}

}  // namespace
}  // namespace cow::kernel
