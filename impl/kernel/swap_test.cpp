#include "impl/kernel/swap.h"

#include "impl/machine/test_machine.h"

namespace cow::kernel {
namespace {

using machine::Lab;

template <class G>
struct SwapTest : testing::Test {
  /// P0 has written 1 to its page 0.
  SwapTest() {
    EXPECT_EQ(lab.map(0, 0, 1), Status::ok);
    EXPECT_EQ(lab.write(0, 0, 1), Status::ok);
  }
  void expect_swapped(std::uint32_t p, bool swapped) {
    EXPECT_EQ(lab.walk(p, 0).entry.swapped(), swapped) << "P" << p;
    EXPECT_EQ(lab.findings(), "");
  }
  Lab<G> lab;
};

TYPED_TEST_SUITE(SwapTest, machine::Geometries);

TYPED_TEST(SwapTest, APageGoesAndComesBackExclusive) {
  auto& lab = this->lab;
  const auto used = lab.used();
  ASSERT_EQ(lab.system.pageout(0, 0, 1), Status::ok);
  this->expect_swapped(0, true);
  EXPECT_TRUE(lab.walk(0, 0).entry.exclusive());
  EXPECT_EQ(lab.used(), used - 1) << "its frame is free";
  EXPECT_EQ(lab.m.used_slots(), 1U);
  EXPECT_EQ(lab.at(0, 0), 1);
  this->expect_swapped(0, false);
  EXPECT_TRUE(lab.walk(0, 0).entry.writable()) << "a write needs no second fault";
  EXPECT_EQ(lab.m.used_slots(), 0U);
}

TYPED_TEST(SwapTest, SharersMeetInTheSwapCache) {
  auto& lab = this->lab;
  ASSERT_EQ(lab.system.fork(0, 1), Status::ok);
  const auto frame = lab.walk(0, 0).entry.frame();
  ASSERT_EQ(lab.system.pageout(0, 0, 1), Status::ok);
  this->expect_swapped(0, true);
  this->expect_swapped(1, false);
  EXPECT_EQ(lab.at(0, 0), 1);
  EXPECT_EQ(lab.walk(0, 0).entry.frame(), frame) << "the frame that the child still maps";
  EXPECT_EQ(lab.events(Event::swap_share), 1U);
  ASSERT_EQ(lab.write(0, 0, 2), Status::ok);
  EXPECT_EQ(lab.copies(), 1U);
  EXPECT_EQ(lab.at(1, 0), 1);
  EXPECT_EQ(lab.findings(), "");
}

TYPED_TEST(SwapTest, WhoWritesInPlaceLeavesTheCache) {
  auto& lab = this->lab;
  ASSERT_EQ(lab.system.fork(0, 1), Status::ok);
  ASSERT_EQ(lab.system.pageout(0, 0, 1), Status::ok);
  ASSERT_EQ(lab.write(1, 0, 2), Status::ok) << "nobody else has the frame in memory";
  EXPECT_EQ(lab.copies(), 0U);
  EXPECT_EQ(lab.events(Event::reuse), 1U);
  EXPECT_EQ(lab.findings(), "");
  EXPECT_EQ(lab.at(0, 0), 1) << "as it stands in the slot";
  EXPECT_EQ(lab.at(1, 0), 2);
}

TYPED_TEST(SwapTest, ForkSharesTheSlotAndNeitherIsAlone) {
  auto& lab = this->lab;
  ASSERT_EQ(lab.system.pageout(0, 0, 1), Status::ok);
  ASSERT_EQ(lab.system.fork(0, 1), Status::ok);
  for (const std::uint32_t p : {0U, 1U}) {
    EXPECT_TRUE(lab.walk(p, 0).entry.swapped());
    EXPECT_FALSE(lab.walk(p, 0).entry.exclusive());
  }
  EXPECT_EQ(lab.m.slot_info(0).count, 2U);
  ASSERT_EQ(lab.write(0, 0, 2), Status::ok);
  EXPECT_EQ(lab.at(1, 0), 1);
  EXPECT_EQ(lab.findings(), "");
  ASSERT_EQ(lab.system.exit(1), Status::ok);
  EXPECT_EQ(lab.m.used_slots(), 0U);
}

TYPED_TEST(SwapTest, APinnedPageStays) {
  auto& lab = this->lab;
  ASSERT_EQ(lab.system.pin(0, 0, {0, 0, Access::write}), Status::ok);
  ASSERT_EQ(lab.system.pageout(0, 0, 1), Status::ok);
  this->expect_swapped(0, false);
  ASSERT_EQ(lab.system.unpin(0, 0), Status::ok);
  ASSERT_EQ(lab.system.pageout(0, 0, 1), Status::ok);
  this->expect_swapped(0, true);
}

TYPED_TEST(SwapTest, AnAloneHugePageIsSplitAndGoes) {
  auto& lab = this->lab;
  constexpr auto fan = Lab<TypeParam>::fan;
  ASSERT_EQ(lab.map_huge(0, fan, fan), Status::ok);
  ASSERT_EQ(lab.write(0, fan + 1, 5), Status::ok);
  ASSERT_EQ(lab.system.pageout(0, fan + 1, 1), Status::ok);
  EXPECT_TRUE(lab.walk(0, fan + 1).entry.swapped());
  EXPECT_TRUE(lab.walk(0, fan).entry.present());
  EXPECT_EQ(lab.findings(), "");
  EXPECT_EQ(lab.at(0, fan + 1), 5);
}

TYPED_TEST(SwapTest, AHugePageThatOthersHaveStays) {
  auto& lab = this->lab;
  constexpr auto fan = Lab<TypeParam>::fan;
  ASSERT_EQ(lab.map_huge(0, fan, fan), Status::ok);
  ASSERT_EQ(lab.write(0, fan, 5), Status::ok);
  ASSERT_EQ(lab.system.fork(0, 1), Status::ok);
  ASSERT_EQ(lab.system.pageout(0, fan, fan), Status::ok);
  EXPECT_EQ(lab.events(Event::split), 0U);
  ASSERT_EQ(lab.write(0, fan, 6), Status::ok);  // splits the parent's
  ASSERT_EQ(lab.system.pageout(0, fan, fan), Status::ok);
  EXPECT_TRUE(lab.walk(0, fan).entry.swapped()) << "its own copy";
  EXPECT_TRUE(lab.walk(0, fan + 1).entry.present()) << "part of the child's huge page";
  EXPECT_EQ(lab.findings(), "");
}

TYPED_TEST(SwapTest, FullSwapLeavesPagesWhereTheyAre) {
  auto config = machine::test_config<TypeParam>();
  config.slots = 1;
  Lab<TypeParam> lab(config);
  ASSERT_EQ(lab.map(0, 0, 2), Status::ok);
  for (const std::uint32_t page : {0U, 1U}) {
    ASSERT_EQ(lab.write(0, page, static_cast<std::uint8_t>(page + 1)), Status::ok);
  }
  ASSERT_EQ(lab.system.pageout(0, 0, 2), Status::ok);
  EXPECT_EQ(lab.events(Event::swap_full), 1U);
  EXPECT_TRUE(lab.walk(0, 1).entry.present());
  EXPECT_EQ(lab.findings(), "");
}

TYPED_TEST(SwapTest, SwapoffBringsAllProcessesBackOrRunsOutOfMemory) {
  auto& lab = this->lab;
  ASSERT_EQ(lab.system.fork(0, 1), Status::ok);
  ASSERT_EQ(lab.write(1, 0, 2), Status::ok);
  ASSERT_EQ(lab.system.pageout(0, 0, 1), Status::ok);
  ASSERT_EQ(lab.system.pageout(1, 0, 1), Status::ok);
  lab.system.fail_allocation(2);
  EXPECT_EQ(lab.system.swapoff(0), Status::no_memory);
  this->expect_swapped(0, false);
  this->expect_swapped(1, true);
  EXPECT_EQ(lab.system.swapoff(1), Status::ok);
  EXPECT_EQ(lab.m.used_slots(), 0U);
  EXPECT_EQ(lab.at(0, 0), 1);
  EXPECT_EQ(lab.at(1, 0), 2);
  EXPECT_EQ(lab.system.swapoff(3), Status::no_process);
}

TYPED_TEST(SwapTest, SharedMemoryStays) {
  auto& lab = this->lab;
  ASSERT_EQ(lab.map_shared(0, 4, 1), Status::ok);
  ASSERT_EQ(lab.write(0, 4, 3), Status::ok);
  ASSERT_EQ(lab.system.pageout(0, 4, 1), Status::ok);
  EXPECT_TRUE(lab.walk(0, 4).entry.present());
  EXPECT_EQ(lab.system.pageout(0, 5, 1), Status::not_mapped);
  EXPECT_EQ(lab.system.pageout(0, 0, 0), Status::bad_range);
}

}  // namespace
}  // namespace cow::kernel
