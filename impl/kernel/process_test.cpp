#include "impl/kernel/process.h"

#include "impl/machine/test_machine.h"

namespace cow::kernel {
namespace {

template <class G>
struct ProcessTest : testing::Test {};

TYPED_TEST_SUITE(ProcessTest, machine::Geometries);

/// P0 has private pages under two tables, a huge page and a shared page, all touched.
template <class G>
struct FamilyLab : machine::Lab<G> {
  using machine::Lab<G>::fan;
  static constexpr std::uint32_t touched[] = {0, 2, fan, 2 * fan, 3 * fan + 1};

  FamilyLab() {
    EXPECT_EQ(this->map(0, 0, 3), Status::ok);
    EXPECT_EQ(this->map_huge(0, fan, fan), Status::ok);
    EXPECT_EQ(this->map_shared(0, 2 * fan, 1), Status::ok);
    EXPECT_EQ(this->map(0, 3 * fan, 2), Status::ok);
    std::uint8_t value = 1;
    for (const auto page : touched) EXPECT_EQ(this->write(0, page, value++), Status::ok);
  }
  void expect_bytes(std::uint32_t p) {
    std::uint8_t value = 1;
    for (const auto page : touched) EXPECT_EQ(this->at(p, page), value++) << page;
  }
};

TYPED_TEST(ProcessTest, AForkedChildHasWhatTheParentHad) {
  FamilyLab<TypeParam> lab;
  ASSERT_EQ(lab.system.fork(0, 1), Status::ok);
  EXPECT_EQ(lab.copies(), 0U);
  lab.expect_bytes(0);
  lab.expect_bytes(1);
  for (const auto page : {0U, lab.fan, 3 * lab.fan + 1}) {
    ASSERT_EQ(lab.write(1, page, 99), Status::ok);
    EXPECT_EQ(lab.at(1, page), 99);
  }
  lab.expect_bytes(0);
  EXPECT_EQ(lab.findings(), "");
}

TYPED_TEST(ProcessTest, RefusesNamesThatAreTakenOrUnknown) {
  FamilyLab<TypeParam> lab;
  ASSERT_EQ(lab.system.fork(0, 1), Status::ok);
  EXPECT_EQ(lab.system.fork(0, 1), Status::busy);
  EXPECT_EQ(lab.system.fork(0, 0), Status::busy);
  EXPECT_EQ(lab.system.fork(0, 4), Status::bad_range);
  EXPECT_EQ(lab.system.fork(0, ~0U), Status::bad_range);
  EXPECT_EQ(lab.system.fork(2, 3), Status::no_process);
  EXPECT_EQ(lab.system.exec(2), Status::no_process);
  EXPECT_EQ(lab.system.exit(2), Status::no_process);
  EXPECT_EQ(lab.system.exit(99), Status::no_process);
  EXPECT_EQ(lab.findings(), "");
}

TYPED_TEST(ProcessTest, AForkWithoutMemoryLeavesNoTrace) {
  FamilyLab<TypeParam> lab;
  const auto used = lab.used();
  std::uint32_t k = 1;
  for (;; ++k) {
    ASSERT_LT(k, 50U);
    lab.system.fail_allocation(k);
    const auto status = lab.system.fork(0, 1);
    if (status == Status::ok) break;
    ASSERT_EQ(status, Status::no_memory);
    EXPECT_FALSE(lab.m.alive(1)) << "k = " << k;
    EXPECT_EQ(lab.used(), used) << "k = " << k;
    EXPECT_EQ(lab.findings(), "") << "k = " << k;
    lab.expect_bytes(0);
    std::uint8_t byte = 0;
    EXPECT_EQ(lab.read(1, 0, &byte), Status::no_process);
  }
  EXPECT_GE(k, 7U) << "the root and the tables of both halves of user space";
  lab.system.fail_allocation(0);
  EXPECT_EQ(lab.findings(), "");
  lab.expect_bytes(1);
}

/// What the parent lost by such a fork is only write permission, and it comes back by one fault.
TYPED_TEST(ProcessTest, AfterAForkWithoutMemoryTheParentWritesInPlace) {
  for (std::uint32_t k = 1; k <= 6; ++k) {
    FamilyLab<TypeParam> lab;
    lab.system.fail_allocation(k);
    ASSERT_EQ(lab.system.fork(0, 1), Status::no_memory);
    for (const auto page : lab.touched) ASSERT_EQ(lab.write(0, page, 7), Status::ok);
    EXPECT_EQ(lab.copies(), 0U) << "k = " << k;
    EXPECT_EQ(lab.findings(), "");
  }
}

TYPED_TEST(ProcessTest, ExecDropsEverythingAndLivesOn) {
  FamilyLab<TypeParam> lab;
  ASSERT_EQ(lab.system.exec(0), Status::ok);
  EXPECT_EQ(lab.used(), 1U) << "the root";
  std::uint8_t byte = 0;
  EXPECT_EQ(lab.read(0, 0, &byte), Status::segfault);
  EXPECT_EQ(lab.findings(), "");
  ASSERT_EQ(lab.map(0, 0, 1), Status::ok);
  EXPECT_EQ(lab.at(0, 0), 0);
}

TYPED_TEST(ProcessTest, ExitsGiveEveryFrameBackInAnyOrder) {
  const std::array<std::array<std::uint32_t, 3>, 3> orders = {{{0, 1, 2}, {2, 1, 0}, {1, 0, 2}}};
  for (const auto& order : orders) {
    FamilyLab<TypeParam> lab;
    ASSERT_EQ(lab.system.fork(0, 1), Status::ok);
    ASSERT_EQ(lab.write(1, 0, 50), Status::ok);
    ASSERT_EQ(lab.write(1, lab.fan + 1, 51), Status::ok);
    ASSERT_EQ(lab.system.fork(1, 2), Status::ok);
    ASSERT_EQ(lab.write(0, 2 * lab.fan, 52), Status::ok);
    for (const auto p : order) {
      ASSERT_EQ(lab.system.exit(p), Status::ok);
      EXPECT_EQ(lab.findings(), "") << "after the exit of P" << p;
    }
    EXPECT_EQ(lab.used(), 0U);
  }
}

TYPED_TEST(ProcessTest, ANameServesAgain) {
  FamilyLab<TypeParam> lab;
  for (int i = 0; i < 3; ++i) {
    ASSERT_EQ(lab.system.fork(0, 1), Status::ok);
    ASSERT_EQ(lab.write(1, 0, 77), Status::ok);
    ASSERT_EQ(lab.system.exit(1), Status::ok);
  }
  ASSERT_EQ(lab.system.fork(0, 1), Status::ok);
  lab.expect_bytes(1);
}

}  // namespace
}  // namespace cow::kernel
