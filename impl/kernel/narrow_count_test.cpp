#include "impl/machine/parallel_machine.h"
#include "impl/machine/test_machine.h"

// Counts of two bits: three holders fill them. Whoever comes then gets a copy, or is refused.

namespace cow::machine {
namespace {

using kernel::Access;
using kernel::Event;
using kernel::Status;

template <class G>
struct NarrowCount : testing::Test {};
TYPED_TEST_SUITE(NarrowCount, Geometries);

template <class G>
struct Narrow : Lab<G> {
  explicit Narrow(kernel::ForkPolicy fork = kernel::ForkPolicy::classic, bool zero = false)
      : Lab<G>(config(fork, zero)) {}
  static Config config(kernel::ForkPolicy fork, bool zero) {
    auto config = test_config<G>();
    config.procs = 5;
    config.count_bits = 2;
    config.fork = fork;
    config.zero_page = zero;
    return config;
  }
  std::uint32_t frame(std::uint32_t p, std::uint64_t page) const {
    return this->walk(p, page).entry.frame();
  }
  void fork_twice() {
    EXPECT_EQ(this->system.fork(0, 1), Status::ok);
    EXPECT_EQ(this->system.fork(0, 2), Status::ok);
    EXPECT_EQ(this->events(Event::saturated), 0U);
  }
  /// One reference was refused, and all is sound.
  void expect_refused(Status status) {
    EXPECT_EQ(status, Status::no_memory);
    EXPECT_EQ(this->events(Event::saturated), 1U);
    EXPECT_EQ(this->events(Event::failed_allocation), 1U);
    EXPECT_EQ(this->findings(), "");
  }
};

TYPED_TEST(NarrowCount, TheFourthSharerOfAPageGetsACopy) {
  Narrow<TypeParam> lab;
  ASSERT_EQ(lab.map(0, 0, 1), Status::ok);
  ASSERT_EQ(lab.write(0, 0, 0x11), Status::ok);
  lab.fork_twice();
  ASSERT_EQ(lab.system.fork(0, 3), Status::ok);
  EXPECT_EQ(lab.events(Event::saturated), 1U);
  EXPECT_EQ(lab.events(Event::fork_copy), 1U);
  EXPECT_EQ(lab.m.references(lab.frame(0, 0)), 3U);
  EXPECT_NE(lab.frame(3, 0), lab.frame(0, 0));
  EXPECT_EQ(lab.at(3, 0), 0x11);
  EXPECT_EQ(lab.findings(), "");
  ASSERT_EQ(lab.system.exit(1), Status::ok);
  ASSERT_EQ(lab.system.fork(0, 1), Status::ok);
  EXPECT_EQ(lab.frame(1, 0), lab.frame(0, 0)) << "there is room again";
}

TYPED_TEST(NarrowCount, TheFourthSharerOfAHugePageGetsACopy) {
  Narrow<TypeParam> lab;
  ASSERT_EQ(lab.map_huge(0, 0, lab.fan), Status::ok);
  ASSERT_EQ(lab.write(0, 1, 0x11), Status::ok);
  lab.fork_twice();
  ASSERT_EQ(lab.system.fork(0, 3), Status::ok);
  EXPECT_EQ(lab.m.block_info(lab.frame(0, 0) / lab.fan).leaves, 3U);
  EXPECT_EQ(lab.copies(), lab.fan);
  EXPECT_EQ(lab.at(3, 1), 0x11);
  EXPECT_EQ(lab.findings(), "");
}

TYPED_TEST(NarrowCount, SharedMemoryIsFoundAgainOrRefused) {
  Narrow<TypeParam> lab;
  ASSERT_EQ(lab.map_shared(0, 0, 1), Status::ok);
  ASSERT_EQ(lab.write(0, 0, 0x11), Status::ok);
  ASSERT_EQ(lab.system.fork(0, 1), Status::ok);
  ASSERT_EQ(lab.system.fork(0, 2), Status::ok) << "the object has its page, two processes too";
  EXPECT_EQ(lab.events(Event::saturated), 1U);
  EXPECT_TRUE(lab.walk(2, 0).entry.empty());
  std::uint8_t value = 0;
  EXPECT_EQ(lab.read(2, 0, &value), Status::no_memory);
  EXPECT_EQ(lab.system.fork(0, 3), Status::no_memory) << "three areas name the object";
  EXPECT_EQ(lab.findings(), "");
  ASSERT_EQ(lab.system.exit(1), Status::ok);
  EXPECT_EQ(lab.at(2, 0), 0x11);
  EXPECT_EQ(lab.findings(), "");
}

TYPED_TEST(NarrowCount, APinIsRefused) {
  Narrow<TypeParam> lab;
  ASSERT_EQ(lab.map_shared(0, 0, 1), Status::ok);
  ASSERT_EQ(lab.system.pin(0, 0, {0, 0, Access::read}), Status::ok);
  lab.expect_refused(lab.system.pin(0, 0, {1, 0, Access::read}));
  std::uint8_t value = 0;
  EXPECT_EQ(lab.system.kernel_read(0, 0, {&value, 1}), Status::no_memory);
  ASSERT_EQ(lab.system.unpin(0, 0), Status::ok);
  EXPECT_EQ(lab.system.kernel_read(0, 0, {&value, 1}), Status::ok);
}

TYPED_TEST(NarrowCount, AnAreaThatNamesAnObjectIsNotCarved) {
  Narrow<TypeParam> lab;
  ASSERT_EQ(lab.map_shared(0, 0, 3), Status::ok);
  ASSERT_EQ(lab.system.fork(0, 1), Status::ok);
  lab.expect_refused(lab.system.protect(0, 1, 1, Access::read));
  EXPECT_EQ(lab.system.unmap(0, 2, 1), Status::ok) << "that takes none";
  EXPECT_EQ(lab.findings(), "");
}

TYPED_TEST(NarrowCount, TheFourthNameOfASlotGetsACopy) {
  Narrow<TypeParam> lab;
  ASSERT_EQ(lab.map(0, 0, 1), Status::ok);
  ASSERT_EQ(lab.write(0, 0, 0x11), Status::ok);
  ASSERT_EQ(lab.system.pageout(0, 0, 1), Status::ok);
  lab.fork_twice();
  ASSERT_EQ(lab.system.fork(0, 3), Status::ok);
  EXPECT_EQ(lab.events(Event::saturated), 1U);
  EXPECT_TRUE(lab.walk(0, 0).entry.swapped());
  EXPECT_TRUE(lab.walk(3, 0).entry.present());
  EXPECT_EQ(lab.at(3, 0), 0x11);
  EXPECT_EQ(lab.findings(), "");
}

TYPED_TEST(NarrowCount, WhoFindsTheZeroPageFullGetsAFrame) {
  Narrow<TypeParam> lab(kernel::ForkPolicy::classic, true);
  ASSERT_EQ(lab.map(0, 0, 3), Status::ok);
  for (const auto page : {0U, 1U, 2U}) EXPECT_EQ(lab.at(0, page), 0);
  EXPECT_EQ(lab.events(Event::zero_page), 2U) << "the machine holds it, too";
  EXPECT_EQ(lab.events(Event::saturated), 1U);
  EXPECT_EQ(lab.findings(), "");
}

TYPED_TEST(NarrowCount, AFullTableIsSharedFurtherDown) {
  Narrow<TypeParam> lab(kernel::ForkPolicy::on_demand);
  ASSERT_EQ(lab.map(0, 0, 1), Status::ok);
  ASSERT_EQ(lab.write(0, 0, 0x11), Status::ok);
  lab.fork_twice();
  ASSERT_EQ(lab.system.fork(0, 3), Status::ok);
  EXPECT_GE(lab.events(Event::saturated), 1U);
  for (std::uint32_t p = 0; p < 4; ++p) EXPECT_EQ(lab.at(p, 0), 0x11);
  EXPECT_EQ(lab.write(3, 0, 0x22), Status::ok);
  EXPECT_EQ(lab.at(0, 0), 0x11);
  EXPECT_EQ(lab.findings(), "");
}

/// What a kernel meets that does not ask.
TYPED_TEST(NarrowCount, WrapsForThoseWhoDoNotAsk) {
  Narrow<TypeParam> lab;
  ASSERT_EQ(lab.map(0, 0, 1), Status::ok);
  ASSERT_EQ(lab.write(0, 0, 0x11), Status::ok);
  const auto frame = lab.frame(0, 0);
  for (int i = 0; i < 2; ++i) lab.m.get(frame);
  EXPECT_FALSE(lab.m.can_get(frame));
  EXPECT_FALSE(lab.m.can_pin(frame));
  lab.m.get(frame);
  EXPECT_EQ(lab.m.references(frame), 0U);
  EXPECT_NE(lab.findings().find("exact-count"), std::string::npos);
}

TEST(NarrowCounts, AreRefusedWhereTheyMakeNoSense) {
  Config config;
  config.count_bits = 1;
  EXPECT_THROW(ByteMachine<Tiny>{config}, std::invalid_argument);
  config.count_bits = 17;
  EXPECT_THROW(ByteMachine<Tiny>{config}, std::invalid_argument);
  config.count_bits = 2;
  EXPECT_THROW(ParallelMachine<Tiny>{config}, std::invalid_argument) << "it asks, then counts";
}

}  // namespace
}  // namespace cow::machine
