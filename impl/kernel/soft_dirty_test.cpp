#include "impl/kernel/soft_dirty.h"

#include "impl/machine/test_machine.h"

namespace cow::kernel {
namespace {

using machine::Lab;

template <class G>
struct SoftDirtyTest : testing::Test {
  Lab<G> lab;
  bool unwritten(std::uint32_t p, std::uint64_t page) const {
    return lab.walk(p, page).entry.unwritten();
  }
  /// Pages [0, count) were written, and their marks cleared.
  void SetUp() override {
    lab.map(0, 0, 2);
    lab.write(0, 0, 5);
    lab.write(0, 1, 6);
    ASSERT_EQ(lab.system.clear_refs(0, 0, 2), Status::ok);
  }
};

TYPED_TEST_SUITE(SoftDirtyTest, machine::Geometries);

TYPED_TEST(SoftDirtyTest, AWriteIsNoted) {
  auto& lab = this->lab;
  EXPECT_TRUE(this->unwritten(0, 0));
  const auto faults = lab.events(Event::fault);
  EXPECT_EQ(lab.at(0, 0), 5);
  EXPECT_EQ(lab.events(Event::fault), faults) << "reading takes none";
  EXPECT_TRUE(this->unwritten(0, 0));
  lab.write(0, 0, 7);
  EXPECT_FALSE(this->unwritten(0, 0));
  EXPECT_TRUE(this->unwritten(0, 1));
  EXPECT_EQ(lab.events(Event::fault), faults + 1);
  EXPECT_EQ(lab.copies(), 0U);
  EXPECT_EQ(lab.findings(), "");
}

TYPED_TEST(SoftDirtyTest, SoAreTheKernelsWritesForcedOnesToo) {
  auto& lab = this->lab;
  const std::uint8_t value = 7;
  lab.system.kernel_write(0, 0, {&value, 1}, false);
  EXPECT_FALSE(this->unwritten(0, 0));
  lab.system.protect(0, 0, 2, Access::read);
  lab.system.kernel_write(0, Lab<TypeParam>::M::page_bytes, {&value, 1}, true);
  EXPECT_FALSE(this->unwritten(0, 1));
  EXPECT_EQ(lab.findings(), "");
}

TYPED_TEST(SoftDirtyTest, ProtectDoesNotGrantWhatIsToBeNoted) {
  auto& lab = this->lab;
  lab.system.protect(0, 0, 2, Access::read);
  lab.system.protect(0, 0, 2, Access::write);
  EXPECT_TRUE(this->unwritten(0, 0));
  lab.write(0, 0, 7);
  EXPECT_FALSE(this->unwritten(0, 0)) << "row D7";
  EXPECT_EQ(lab.findings(), "");
}

TYPED_TEST(SoftDirtyTest, ItStaysWithThePageWhereverThatGoes) {
  auto& lab = this->lab;
  lab.write(0, 0, 7);
  lab.system.pageout(0, 0, 2);
  EXPECT_FALSE(this->unwritten(0, 0)) << "row D5";
  EXPECT_TRUE(this->unwritten(0, 1));
  lab.system.swapoff(0);
  EXPECT_FALSE(this->unwritten(0, 0));
  EXPECT_TRUE(this->unwritten(0, 1));
  lab.system.migrate(0, 0, 2);
  lab.system.fork(0, 1);
  EXPECT_TRUE(this->unwritten(1, 1));
  lab.write(1, 1, 8);
  EXPECT_FALSE(this->unwritten(1, 1));
  EXPECT_TRUE(this->unwritten(0, 1)) << "the child has written, not its parent";
  lab.system.remap(0, 0, 2, 4);
  EXPECT_FALSE(this->unwritten(0, 4));
  EXPECT_TRUE(this->unwritten(0, 5));
  EXPECT_EQ(lab.findings(), "");
}

TYPED_TEST(SoftDirtyTest, AHugePageIsOneInThisAndItsPartsAreNot) {
  auto& lab = this->lab;
  constexpr auto fan = Lab<TypeParam>::fan;
  lab.map_huge(0, fan, fan);
  lab.write(0, fan, 5);
  lab.system.clear_refs(0, fan, fan);
  lab.write(0, fan + 1, 6);
  EXPECT_FALSE(this->unwritten(0, fan));
  lab.system.clear_refs(0, fan, 2);
  EXPECT_EQ(lab.events(Event::split), 1U);
  EXPECT_TRUE(this->unwritten(0, fan));
  EXPECT_FALSE(this->unwritten(0, fan + 2)) << "beyond the range";
  lab.system.collapse(0, fan, fan);
  EXPECT_FALSE(this->unwritten(0, fan)) << "some part was written";
  EXPECT_EQ(lab.findings(), "");
}

TYPED_TEST(SoftDirtyTest, WhatADeviceHoldsCountsAsWritten) {
  auto& lab = this->lab;
  ASSERT_EQ(lab.system.pin(0, 0, {0, 0, Access::write}), Status::ok);
  lab.system.clear_refs(0, 0, 2);
  EXPECT_FALSE(this->unwritten(0, 0));
  EXPECT_TRUE(this->unwritten(0, 1));
  const std::uint8_t value = 9;
  lab.system.device_write(0, 0, 0, {&value, 1});
  EXPECT_EQ(lab.at(0, 0), 9);
  EXPECT_EQ(lab.findings(), "");
}

TYPED_TEST(SoftDirtyTest, TheAuditFindsWhatIsWritableAndNotNoted) {
  auto& lab = this->lab;
  lab.write(0, 0, 7);
  const auto at = lab.walk(0, 0);
  const auto place = lab.m.place(0, at.table, 0, lab.m.user_first());
  {
    TableLock<typename Lab<TypeParam>::M> lock(lab.m, at.table);
    lab.m.store(place, at.entry.made_unwritten());
  }
  EXPECT_EQ(lab.findings(), "accounted: P0 p0 may be written, but counts as not written\n");
}

TYPED_TEST(SoftDirtyTest, OfSharedMemoryNothingIsKept) {
  auto& lab = this->lab;
  lab.map_shared(0, 8, 1);
  lab.write(0, 8, 5);
  EXPECT_EQ(lab.system.clear_refs(0, 8, 1), Status::ok);
  EXPECT_FALSE(this->unwritten(0, 8));
  EXPECT_EQ(lab.system.clear_refs(0, 8, 2), Status::not_mapped);
  EXPECT_EQ(lab.system.clear_refs(0, 8, 0), Status::bad_range);
}

}  // namespace
}  // namespace cow::kernel
