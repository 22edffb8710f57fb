#include "impl/kernel/shared_object.h"

#include "impl/machine/test_machine.h"

namespace cow::kernel {
namespace {

using machine::Lab;

template <class G>
struct SharedObjectTest : testing::Test {};

TYPED_TEST_SUITE(SharedObjectTest, machine::Geometries);

TYPED_TEST(SharedObjectTest, ParentAndChildSeeEachOthersWrites) {
  Lab<TypeParam> lab;
  ASSERT_EQ(lab.map_shared(0, 0, 2), Status::ok);
  ASSERT_EQ(lab.write(0, 0, 1), Status::ok);
  ASSERT_EQ(lab.system.fork(0, 1), Status::ok);
  EXPECT_EQ(lab.at(1, 0), 1);
  ASSERT_EQ(lab.write(1, 0, 2), Status::ok);
  EXPECT_EQ(lab.at(0, 0), 2);
  ASSERT_EQ(lab.write(0, 0, 3), Status::ok);
  EXPECT_EQ(lab.at(1, 0), 3);
  EXPECT_EQ(lab.copies(), 0U);
  EXPECT_EQ(lab.findings(), "");
}

TYPED_TEST(SharedObjectTest, AlsoOnPagesFirstTouchedAfterTheFork) {
  Lab<TypeParam> lab;
  ASSERT_EQ(lab.map_shared(0, 0, 3), Status::ok);
  ASSERT_EQ(lab.system.fork(0, 1), Status::ok);
  ASSERT_EQ(lab.write(1, 0, 1), Status::ok);
  EXPECT_EQ(lab.at(0, 0), 1) << "by the child";
  ASSERT_EQ(lab.write(0, 1, 2), Status::ok);
  EXPECT_EQ(lab.at(1, 1), 2) << "by the parent";
  EXPECT_EQ(lab.at(0, 2), 0) << "by a read";
  ASSERT_EQ(lab.write(1, 2, 3), Status::ok);
  EXPECT_EQ(lab.at(0, 2), 3);
  EXPECT_EQ(lab.events(Event::zero), 3U) << "one frame a page, for both";
  EXPECT_EQ(lab.findings(), "");
}

TYPED_TEST(SharedObjectTest, TwoMappingsAreTwoObjects) {
  Lab<TypeParam> lab;
  ASSERT_EQ(lab.map_shared(0, 0, 1), Status::ok);
  ASSERT_EQ(lab.system.fork(0, 1), Status::ok);
  ASSERT_EQ(lab.system.unmap(1, 0, 1), Status::ok);
  ASSERT_EQ(lab.map_shared(1, 0, 1), Status::ok);
  ASSERT_EQ(lab.write(0, 0, 1), Status::ok);
  EXPECT_EQ(lab.at(1, 0), 0);
}

TYPED_TEST(SharedObjectTest, LivesAsLongAsItsLastArea) {
  Lab<TypeParam> lab;
  ASSERT_EQ(lab.map_shared(0, 0, 1), Status::ok);
  ASSERT_EQ(lab.write(0, 0, 1), Status::ok);
  ASSERT_EQ(lab.system.fork(0, 1), Status::ok);
  ASSERT_EQ(lab.system.fork(0, 2), Status::ok);
  ASSERT_EQ(lab.system.exit(0), Status::ok);
  EXPECT_EQ(lab.at(1, 0), 1) << "the child outlives who made it";
  ASSERT_EQ(lab.system.exec(1), Status::ok);
  EXPECT_EQ(lab.at(2, 0), 1);
  ASSERT_EQ(lab.system.unmap(2, 0, 1), Status::ok);
  EXPECT_EQ(lab.used(), 2U) << "two roots: pages and tables of the object are gone";
  EXPECT_EQ(lab.findings(), "");
}

TYPED_TEST(SharedObjectTest, PagesSurviveWhileNobodyHasThemInATable) {
  Lab<TypeParam> lab;
  ASSERT_EQ(lab.map_shared(0, 0, 1), Status::ok);
  ASSERT_EQ(lab.system.fork(0, 1), Status::ok);
  ASSERT_EQ(lab.write(0, 0, 1), Status::ok);
  ASSERT_EQ(lab.system.exit(0), Status::ok);
  EXPECT_EQ(lab.at(1, 0), 1) << "P1 never touched it before";
}

TYPED_TEST(SharedObjectTest, UnmappingAPartKeepsTheRest) {
  Lab<TypeParam> lab;
  ASSERT_EQ(lab.map_shared(0, 0, 4), Status::ok);
  for (std::uint8_t page = 0; page < 4; ++page) {
    ASSERT_EQ(lab.write(0, page, static_cast<std::uint8_t>(page + 1)), Status::ok);
  }
  ASSERT_EQ(lab.system.fork(0, 1), Status::ok);
  ASSERT_EQ(lab.system.unmap(0, 1, 2), Status::ok);
  EXPECT_EQ(lab.findings(), "");
  EXPECT_EQ(lab.write(0, 1, 9), Status::segfault);
  EXPECT_EQ(lab.at(1, 1), 2) << "the child still has all of it";
  ASSERT_EQ(lab.write(0, 0, 8), Status::ok);
  ASSERT_EQ(lab.write(1, 3, 9), Status::ok);
  EXPECT_EQ(lab.at(1, 0), 8);
  EXPECT_EQ(lab.at(0, 3), 9) << "both ends still are the same object";
  ASSERT_EQ(lab.system.exec(1), Status::ok);
  ASSERT_EQ(lab.system.unmap(0, 0, 1), Status::ok);
  EXPECT_EQ(lab.at(0, 3), 9);
  ASSERT_EQ(lab.system.unmap(0, 3, 1), Status::ok);
  EXPECT_EQ(lab.used(), 2U);
  EXPECT_EQ(lab.findings(), "");
}

TYPED_TEST(SharedObjectTest, ForkTakesNoWritePermission) {
  Lab<TypeParam> lab;
  ASSERT_EQ(lab.map_shared(0, 0, 1), Status::ok);
  ASSERT_EQ(lab.write(0, 0, 1), Status::ok);
  ASSERT_EQ(lab.system.fork(0, 1), Status::ok);
  EXPECT_TRUE(lab.walk(0, 0).entry.writable());
  EXPECT_TRUE(lab.walk(1, 0).entry.writable());
  const auto faults = lab.events(Event::fault);
  ASSERT_EQ(lab.write(1, 0, 2), Status::ok);
  EXPECT_EQ(lab.events(Event::fault), faults);
}

TYPED_TEST(SharedObjectTest, AFaultWithoutMemoryLeavesItSound) {
  for (std::uint32_t k = 1; k <= 7; ++k) {  // three tables, three of the object, the page
    Lab<TypeParam> lab;
    ASSERT_EQ(lab.map_shared(0, 0, 1), Status::ok);
    const auto used = lab.used();
    lab.system.fail_allocation(k);
    EXPECT_EQ(lab.write(0, 0, 1), Status::no_memory) << "k = " << k;
    EXPECT_EQ(lab.findings(), "") << "k = " << k;
    ASSERT_EQ(lab.write(0, 0, 1), Status::ok);
    EXPECT_EQ(lab.used(), used + 7);
    ASSERT_EQ(lab.system.exec(0), Status::ok);
    EXPECT_EQ(lab.used(), 1U);
  }
}

TYPED_TEST(SharedObjectTest, AMappingWithoutMemoryIsNone) {
  Lab<TypeParam> lab;
  lab.system.fail_allocation(1);
  EXPECT_EQ(lab.map_shared(0, 0, 1), Status::no_memory);
  EXPECT_EQ(lab.used(), 1U);
  EXPECT_EQ(lab.write(0, 0, 1), Status::segfault);
}

}  // namespace
}  // namespace cow::kernel
