#include "impl/kernel/guard.h"

#include "impl/machine/test_machine.h"

namespace cow::kernel {
namespace {

using machine::Lab;

template <class G>
struct GuardTest : testing::Test {
  Lab<G> lab;
  auto entry(std::uint32_t p, std::uint64_t page) const { return lab.walk(p, page).entry; }
  Status guard(std::uint64_t page, std::uint64_t count, bool on = true) {
    return lab.system.guard(0, page, count, on);
  }
};

TYPED_TEST_SUITE(GuardTest, machine::Geometries);

TYPED_TEST(GuardTest, NoAccessComesThrough) {
  auto& lab = this->lab;
  std::uint8_t value = 7;
  lab.map(0, 0, 2);
  lab.write(0, 0, 5);
  const auto used = lab.used();
  ASSERT_EQ(this->guard(0, 1), Status::ok);
  EXPECT_EQ(lab.used(), used - 1) << "the page goes at once";
  EXPECT_EQ(lab.read(0, 0, &value), Status::segfault);
  EXPECT_EQ(lab.write(0, 0, 6), Status::segfault);
  EXPECT_EQ(lab.system.kernel_read(0, 0, {&value, 1}), Status::segfault);
  EXPECT_EQ(lab.system.kernel_write(0, 0, {&value, 1}, false), Status::segfault);
  EXPECT_EQ(lab.system.kernel_write(0, 0, {&value, 1}, true), Status::segfault);
  EXPECT_EQ(lab.system.pin(0, 0, {0, 0, Access::read}), Status::segfault);
  EXPECT_EQ(lab.write(0, 1, 6), Status::ok);
  EXPECT_EQ(lab.m.peek_areas(0).size(), 1U) << "it costs no area";
  EXPECT_EQ(lab.findings(), "");
  ASSERT_EQ(this->guard(0, 2, false), Status::ok);
  EXPECT_EQ(lab.at(0, 0), 0);
  EXPECT_EQ(lab.at(0, 1), 6) << "what has no guard stays";
}

TYPED_TEST(GuardTest, ItStandsInAHugePageThatIsSplit) {
  auto& lab = this->lab;
  constexpr auto fan = Lab<TypeParam>::fan;
  lab.map_huge(0, 0, 2 * fan);
  lab.write(0, 0, 5);
  lab.write(0, fan, 6);
  ASSERT_EQ(this->guard(1, fan), Status::ok);
  EXPECT_EQ(lab.at(0, 0), 5);
  EXPECT_EQ(lab.write(0, fan, 7), Status::segfault);
  EXPECT_EQ(lab.at(0, fan + 1), 0);
  lab.system.collapse(0, 0, 2 * fan);
  EXPECT_EQ(lab.events(Event::collapse), 0U);
  EXPECT_EQ(lab.findings(), "");
}

TYPED_TEST(GuardTest, ItStaysThroughAllButUnmap) {
  auto& lab = this->lab;
  std::uint8_t value = 0;
  lab.map(0, 0, 3);
  lab.write(0, 1, 5);
  ASSERT_EQ(this->guard(0, 1), Status::ok);
  lab.system.protect(0, 0, 3, Access::none);
  lab.system.protect(0, 0, 3, Access::write);
  lab.system.dontneed(0, 0, 3);
  lab.system.give_up(0, 0, 3);
  lab.system.pageout(0, 0, 3);
  lab.system.write_protect(0, 0, 1, true);
  EXPECT_EQ(lab.at(0, 1), 0) << "dontneed drops what is beside it";
  EXPECT_EQ(lab.write(0, 0, 1), Status::segfault) << "not trapped";
  ASSERT_EQ(lab.system.remap(0, 0, 2, 8), Status::ok);
  EXPECT_EQ(lab.read(0, 8, &value), Status::segfault);
  EXPECT_EQ(lab.findings(), "");
  lab.system.unmap(0, 8, 2);
  EXPECT_EQ(lab.findings(), "");
  lab.map(0, 8, 1);
  EXPECT_EQ(lab.at(0, 8), 0);
}

void expect_inherited(ForkPolicy policy) {
  machine::Config config = machine::test_config<machine::Tiny>();
  config.fork = policy;
  Lab<machine::Tiny> lab(config);
  std::uint8_t value = 0;
  lab.map(0, 0, 4);
  lab.map(0, 4, 4);
  lab.write(0, 0, 5);
  lab.system.guard(0, 1, 1, true);
  lab.system.guard(0, 5, 1, true);
  lab.system.advise(0, 4, 4, Advice::wipeonfork);
  ASSERT_EQ(lab.system.fork(0, 1), Status::ok);
  EXPECT_EQ(lab.read(1, 1, &value), Status::segfault);
  EXPECT_EQ(lab.at(1, 5), 0) << "a wiped area has none";
  EXPECT_EQ(lab.write(1, 0, 6), Status::ok) << "which owns the table";
  EXPECT_EQ(lab.read(1, 1, &value), Status::segfault);
  ASSERT_EQ(lab.system.dontneed(1, 0, 4), Status::ok);
  EXPECT_EQ(lab.read(1, 1, &value), Status::segfault);
  lab.system.guard(1, 1, 1, false);
  EXPECT_EQ(lab.at(1, 1), 0);
  EXPECT_EQ(lab.read(0, 1, &value), Status::segfault);
  EXPECT_EQ(lab.at(0, 0), 5);
  EXPECT_EQ(lab.findings(), "");
}

TEST(GuardFork, AChildHasItHoweverItIsForked) {
  expect_inherited(ForkPolicy::classic);
  expect_inherited(ForkPolicy::eager);
  expect_inherited(ForkPolicy::on_demand);
}

/// Dontneed lets go of whole common tables as they are, but not of guards.
TEST(GuardFork, DontneedKeepsItInACommonTable) {
  machine::Config config = machine::test_config<machine::Tiny>();
  config.fork = ForkPolicy::on_demand;
  Lab<machine::Tiny> lab(config);
  std::uint8_t value = 0;
  lab.map(0, 0, 8);
  lab.write(0, 0, 5);
  lab.system.guard(0, 1, 1, true);
  ASSERT_EQ(lab.system.fork(0, 1), Status::ok);
  ASSERT_EQ(lab.system.dontneed(1, 0, 8), Status::ok);
  EXPECT_EQ(lab.read(1, 1, &value), Status::segfault);
  EXPECT_EQ(lab.at(1, 0), 0);
  EXPECT_EQ(lab.at(0, 0), 5);
  EXPECT_EQ(lab.findings(), "");
}

TYPED_TEST(GuardTest, OnlyAnonymousPrivateMemoryHasThem) {
  auto& lab = this->lab;
  lab.map_shared(0, 0, 1);
  lab.map(0, 2, 1);
  EXPECT_EQ(this->guard(0, 1), Status::invalid);
  EXPECT_EQ(this->guard(0, 1, false), Status::invalid);
  EXPECT_EQ(this->guard(2, 2), Status::not_mapped);
  EXPECT_EQ(this->guard(2, 0), Status::bad_range);
}

TYPED_TEST(GuardTest, WhereMemoryIsShortNothingHappens) {
  auto& lab = this->lab;
  lab.map(0, 0, 1);
  lab.system.fail_allocation(1);
  EXPECT_EQ(this->guard(0, 1), Status::no_memory);
  lab.system.fail_allocation(0);
  EXPECT_EQ(lab.at(0, 0), 0);
  EXPECT_EQ(lab.findings(), "");
}

}  // namespace
}  // namespace cow::kernel
