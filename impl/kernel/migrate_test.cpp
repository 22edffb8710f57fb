#include "impl/kernel/migrate.h"

#include "impl/machine/test_machine.h"

namespace cow::kernel {
namespace {

template <class G>
struct MigrateTest : testing::Test {};

TYPED_TEST_SUITE(MigrateTest, machine::Geometries);

TYPED_TEST(MigrateTest, APrivatePageGoesToAnotherFrameAndStaysWritable) {
  machine::Lab<TypeParam> lab;
  ASSERT_EQ(lab.map(0, 0, 2), Status::ok);
  ASSERT_EQ(lab.write(0, 0, 7), Status::ok);
  const auto before = lab.walk(0, 0).entry;
  const auto used = lab.used(), faults = static_cast<std::uint32_t>(lab.events(Event::fault));
  ASSERT_EQ(lab.system.migrate(0, 0, 2), Status::ok) << "one of which nobody touched";
  const auto after = lab.walk(0, 0).entry;
  EXPECT_NE(after.frame(), before.frame());
  EXPECT_EQ(after.moved_to(before.frame()), before) << "the same but for the frame";
  EXPECT_EQ(lab.events(Event::migrate), 1U);
  EXPECT_EQ(lab.used(), used);
  EXPECT_EQ(lab.at(0, 0), 7);
  ASSERT_EQ(lab.write(0, 0, 8), Status::ok);
  EXPECT_EQ(lab.events(Event::fault), faults);
  EXPECT_EQ(lab.findings(), "");
}

TYPED_TEST(MigrateTest, AllWhoShareAPageFollow) {
  machine::Lab<TypeParam> lab;
  ASSERT_EQ(lab.map(0, 0, 1), Status::ok);
  ASSERT_EQ(lab.write(0, 0, 7), Status::ok);
  ASSERT_EQ(lab.system.fork(0, 1), Status::ok);
  ASSERT_EQ(lab.system.fork(1, 2), Status::ok);
  ASSERT_EQ(lab.system.remap(2, 0, 1, 3), Status::ok);
  const auto old = lab.walk(0, 0).entry.frame();
  ASSERT_EQ(lab.system.migrate(1, 0, 1), Status::ok);
  const auto frame = lab.walk(1, 0).entry.frame();
  EXPECT_NE(frame, old);
  EXPECT_TRUE(lab.m.is_free(old));
  EXPECT_EQ(lab.walk(0, 0).entry.frame(), frame);
  EXPECT_EQ(lab.walk(2, 3).entry.frame(), frame);
  EXPECT_EQ(lab.copies(), 1U);
  ASSERT_EQ(lab.write(0, 0, 8), Status::ok);
  EXPECT_EQ(lab.at(1, 0), 7);
  EXPECT_EQ(lab.at(2, 3), 7);
  EXPECT_EQ(lab.findings(), "");
}

TYPED_TEST(MigrateTest, SharedMemoryMovesForItsObjectToo) {
  machine::Lab<TypeParam> lab;
  ASSERT_EQ(lab.map_shared(0, 0, 2), Status::ok);
  ASSERT_EQ(lab.write(0, 0, 7), Status::ok);
  ASSERT_EQ(lab.system.fork(0, 1), Status::ok);
  ASSERT_EQ(lab.system.fork(0, 2), Status::ok);
  ASSERT_EQ(lab.system.dontneed(2, 0, 2), Status::ok);
  const auto old = lab.walk(0, 0).entry.frame();
  ASSERT_EQ(lab.system.migrate(0, 0, 2), Status::ok);
  EXPECT_NE(lab.walk(0, 0).entry.frame(), old);
  EXPECT_TRUE(lab.m.is_free(old));
  ASSERT_EQ(lab.write(1, 0, 8), Status::ok);
  EXPECT_EQ(lab.at(0, 0), 8);
  EXPECT_EQ(lab.at(2, 0), 8) << "who asks the object";
  EXPECT_EQ(lab.findings(), "");
}

TYPED_TEST(MigrateTest, WhatADeviceHoldsStays) {
  machine::Lab<TypeParam> lab;
  ASSERT_EQ(lab.map(0, 0, 1), Status::ok);
  ASSERT_EQ(lab.system.pin(0, 0, {0, 0, Access::write}), Status::ok);
  const auto entry = lab.walk(0, 0).entry;
  ASSERT_EQ(lab.system.migrate(0, 0, 1), Status::ok);
  EXPECT_EQ(lab.walk(0, 0).entry, entry);
  EXPECT_EQ(lab.copies(), 0U);
  EXPECT_EQ(lab.findings(), "");
}

TYPED_TEST(MigrateTest, WithoutMemoryAllStaysAsItIs) {
  machine::Lab<TypeParam> lab;
  ASSERT_EQ(lab.map(0, 0, 1), Status::ok);
  ASSERT_EQ(lab.write(0, 0, 7), Status::ok);
  const auto entry = lab.walk(0, 0).entry;
  lab.system.fail_allocation(1);
  ASSERT_EQ(lab.system.migrate(0, 0, 1), Status::ok);
  EXPECT_EQ(lab.walk(0, 0).entry, entry);
  EXPECT_EQ(lab.at(0, 0), 7);
  EXPECT_EQ(lab.system.migrate(0, 0, 2), Status::not_mapped);
  EXPECT_EQ(lab.system.migrate(0, 0, 0), Status::bad_range);
  EXPECT_EQ(lab.system.migrate(1, 0, 1), Status::no_process);
  EXPECT_EQ(lab.system.compact(1), Status::no_process);
  EXPECT_EQ(lab.findings(), "");
}

TYPED_TEST(MigrateTest, AHugePageGoesAsOneOrNotAtAll) {
  machine::Lab<TypeParam> lab;
  constexpr auto fan = lab.fan;
  ASSERT_EQ(lab.map_huge(0, 0, fan), Status::ok);
  ASSERT_EQ(lab.write(0, 1, 7), Status::ok);
  ASSERT_EQ(lab.system.fork(0, 1), Status::ok);
  const auto head = lab.walk(0, 0).entry.frame();
  ASSERT_EQ(lab.system.migrate(0, 0, fan - 1), Status::ok);
  EXPECT_EQ(lab.walk(0, 0).entry.frame(), head) << "the range has a part of it";
  ASSERT_EQ(lab.system.migrate(0, 0, fan), Status::ok);
  const auto fresh = lab.walk(0, 0).entry;
  EXPECT_TRUE(fresh.huge());
  EXPECT_NE(fresh.frame(), head);
  EXPECT_EQ(lab.walk(1, 0).entry, fresh);
  EXPECT_EQ(lab.events(Event::huge_migrate), 1U);
  EXPECT_EQ(lab.findings(), "");
  ASSERT_EQ(lab.system.split(1, 0, 1), Status::ok);
  ASSERT_EQ(lab.system.migrate(0, 0, fan), Status::ok);
  ASSERT_EQ(lab.system.migrate(1, 0, fan), Status::ok);
  EXPECT_EQ(lab.walk(0, 0).entry, fresh) << "somebody holds parts of it";
  EXPECT_EQ(lab.at(1, 1), 7);
  EXPECT_EQ(lab.findings(), "");
}

/// Every block has frames in use, none can become huge: until some pages move together.
TEST(CompactTest, MakesRoomForAHugePage) {
  auto config = machine::test_config<machine::Tiny>();
  config.frames = 28;
  machine::Lab<machine::Tiny> lab(config);
  constexpr auto fan = lab.fan;
  ASSERT_EQ(lab.map(0, 0, 4 * fan), Status::ok);
  for (std::uint8_t i = 0; i < 4 * fan; ++i) ASSERT_EQ(lab.write(0, i, i), Status::ok);
  while (lab.m.free_frames() > 0) {
    const auto got = lab.m.allocate();  // what other users of memory have
    ASSERT_TRUE(got.ok);
  }
  const auto taken = lab.used();
  ASSERT_EQ(lab.system.dontneed(0, 1, 3), Status::ok);
  ASSERT_EQ(lab.system.dontneed(0, fan, 1), Status::ok);
  ASSERT_EQ(lab.system.dontneed(0, 2 * fan + 1, 2), Status::ok);
  EXPECT_EQ(lab.used(), taken - 6);
  ASSERT_FALSE(lab.m.allocate_huge().ok);
  ASSERT_EQ(lab.system.compact(0), Status::ok);
  EXPECT_EQ(lab.events(Event::compact), 1U);
  EXPECT_LT(lab.copies(), fan);
  EXPECT_GT(lab.copies(), 0U);
  EXPECT_EQ(lab.used(), taken - 6);
  EXPECT_EQ(lab.at(0, 0), 0);
  EXPECT_EQ(lab.at(0, fan + 1), fan + 1);
  EXPECT_EQ(lab.at(0, 4 * fan - 1), 4 * fan - 1);
  EXPECT_TRUE(lab.m.allocate_huge().ok);
}

TEST(CompactTest, LeavesAloneWhatCannotBeWhole) {
  machine::Lab<machine::Tiny> lab;
  ASSERT_EQ(lab.map(0, 0, 2), Status::ok);
  ASSERT_EQ(lab.write(0, 0, 1), Status::ok);
  ASSERT_EQ(lab.system.pin(0, 0, {0, 1, Access::write}), Status::ok);
  ASSERT_EQ(lab.system.compact(0), Status::ok) << "page tables, and a device's page";
  EXPECT_EQ(lab.copies(), 0U);
  EXPECT_EQ(lab.findings(), "");
}

}  // namespace
}  // namespace cow::kernel
