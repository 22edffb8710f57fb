#include "impl/kernel/vfork.h"

#include "impl/machine/test_machine.h"

namespace cow::kernel {
namespace {

template <class G>
struct VforkTest : testing::Test {};

TYPED_TEST_SUITE(VforkTest, machine::Geometries);

/// P0 has a page, a huge page and a shared page, all touched; then P1 has them.
template <class G>
struct Loan : machine::Lab<G> {
  using machine::Lab<G>::fan;

  explicit Loan(ForkPolicy fork = ForkPolicy::classic) : machine::Lab<G>(config(fork)) {
    EXPECT_EQ(this->map(0, 0, 2), Status::ok);
    EXPECT_EQ(this->map_huge(0, fan, fan), Status::ok);
    EXPECT_EQ(this->map_shared(0, 2 * fan, 1), Status::ok);
    for (const auto page : {0U, fan, 2 * fan}) EXPECT_EQ(this->write(0, page, 0x11), Status::ok);
    before = this->used();
    EXPECT_EQ(this->system.vfork(0, 1), Status::ok);
  }
  static machine::Config config(ForkPolicy fork) {
    auto config = machine::test_config<G>();
    config.fork = fork;
    return config;
  }
  std::uint32_t before = 0;  ///< frames in use
};

TYPED_TEST(VforkTest, CostsATableAndNoCopyOrFault) {
  Loan<TypeParam> lab;
  EXPECT_EQ(lab.used(), lab.before + 1);
  const auto faults = lab.m.events(Event::fault);
  for (const auto page : {0U, lab.fan, 2 * lab.fan}) EXPECT_EQ(lab.at(1, page), 0x11);
  ASSERT_EQ(lab.write(1, 0, 0x22), Status::ok);
  EXPECT_EQ(lab.m.events(Event::fault), faults);
  EXPECT_EQ(lab.copies(), 0U);
  EXPECT_EQ(lab.findings(), "");
}

TYPED_TEST(VforkTest, ExecAndExitGiveTheMemoryBackAsItIs) {
  Loan<TypeParam> lab;
  ASSERT_EQ(lab.write(1, 1, 0x22), Status::ok);
  ASSERT_EQ(lab.map(1, 3 * lab.fan, 1), Status::ok);
  ASSERT_EQ(lab.system.exec(1), Status::ok);
  EXPECT_EQ(lab.at(0, 1), 0x22);
  EXPECT_EQ(lab.write(0, 3 * lab.fan, 1), Status::ok);
  EXPECT_EQ(lab.write(1, 1, 1), Status::segfault);
  EXPECT_EQ(lab.findings(), "");
  ASSERT_EQ(lab.system.exit(1), Status::ok);
  ASSERT_EQ(lab.system.vfork(0, 1), Status::ok);
  ASSERT_EQ(lab.system.exit(1), Status::ok);
  EXPECT_EQ(lab.at(0, 1), 0x22);
  EXPECT_EQ(lab.m.events(Event::give_back), 2U);
  ASSERT_EQ(lab.system.exit(0), Status::ok);
  EXPECT_EQ(lab.used(), 0U);
}

TYPED_TEST(VforkTest, TheParentWaits) {
  Loan<TypeParam> lab;
  std::array<std::uint8_t, 1> byte{};
  EXPECT_EQ(lab.write(0, 0, 1), Status::busy);
  EXPECT_EQ(lab.map(0, 3 * lab.fan, 1), Status::busy);
  EXPECT_EQ(lab.system.kernel_read(0, 0, byte), Status::busy);
  EXPECT_EQ(lab.system.kernel_read(0, ~0ULL, byte), Status::busy);
  EXPECT_EQ(lab.system.pin(0, 0, {0, 0, Access::read}), Status::busy);
  EXPECT_EQ(lab.system.unpin(0, 0), Status::busy);
  EXPECT_EQ(lab.system.migrate(0, 0, 1), Status::busy);
  EXPECT_EQ(lab.system.merge(0, 0, 1), Status::busy);
  EXPECT_EQ(lab.system.compact(0), Status::busy);
  EXPECT_EQ(lab.system.swapoff(0), Status::busy);
  EXPECT_EQ(lab.system.fork(0, 2), Status::busy);
  EXPECT_EQ(lab.system.vfork(0, 2), Status::busy);
  EXPECT_EQ(lab.system.exec(0), Status::busy);
  EXPECT_EQ(lab.system.exit(0), Status::busy);
  EXPECT_EQ(lab.system.wait(0, 1), Status::busy);
  EXPECT_EQ(lab.findings(), "");
}

TYPED_TEST(VforkTest, LoansNestAndBorrowersFork) {
  for (const auto policy : {ForkPolicy::classic, ForkPolicy::on_demand, ForkPolicy::eager}) {
    Loan<TypeParam> lab(policy);
    ASSERT_EQ(lab.system.vfork(1, 2), Status::ok);
    ASSERT_EQ(lab.system.fork(2, 3), Status::ok);
    ASSERT_EQ(lab.write(2, 0, 0x33), Status::ok);
    EXPECT_EQ(lab.at(3, 0), 0x11);
    EXPECT_EQ(lab.system.exit(1), Status::busy);
    ASSERT_EQ(lab.system.exit(2), Status::ok);
    EXPECT_EQ(lab.at(1, 0), 0x33);
    EXPECT_EQ(lab.findings(), "");
    ASSERT_EQ(lab.system.exec(1), Status::ok);
    EXPECT_EQ(lab.at(0, 0), 0x33);
    EXPECT_EQ(lab.findings(), "");
  }
}

TYPED_TEST(VforkTest, PinsStayWithWhoTookThem) {
  for (const auto policy : {ForkPolicy::classic, ForkPolicy::on_demand}) {
    Loan<TypeParam> lab(policy);
    ASSERT_EQ(lab.system.exit(1), Status::ok);
    ASSERT_EQ(lab.system.pin(0, 0, {0, 0, Access::write}), Status::ok);
    ASSERT_EQ(lab.system.vfork(0, 1), Status::ok);
    ASSERT_EQ(lab.system.pin(1, 0, {0, 0, Access::write}), Status::ok);
    ASSERT_EQ(lab.system.fork(1, 2), Status::ok) << "the page is copied for the child";
    ASSERT_EQ(lab.write(1, 0, 0x44), Status::ok);
    EXPECT_EQ(lab.findings(), "");
    ASSERT_EQ(lab.system.exec(1), Status::ok);
    EXPECT_EQ(lab.system.unpin(1, 0), Status::no_pin);
    std::array<std::uint8_t, 1> byte{};
    ASSERT_EQ(lab.system.device_read(0, 0, 0, byte), Status::ok);
    EXPECT_EQ(byte[0], 0x44);
    EXPECT_EQ(lab.findings(), "");
  }
}

TYPED_TEST(VforkTest, WithoutMemoryNothingIsLent) {
  machine::Lab<TypeParam> lab;
  ASSERT_EQ(lab.map(0, 0, 1), Status::ok);
  lab.system.fail_allocation(1);
  ASSERT_EQ(lab.system.vfork(0, 1), Status::no_memory);
  EXPECT_EQ(lab.write(0, 0, 1), Status::ok);
  EXPECT_EQ(lab.system.wait(0, 1), Status::no_process);
  EXPECT_EQ(lab.system.vfork(0, 0), Status::busy);
  EXPECT_EQ(lab.system.vfork(0, 4), Status::bad_range);
  EXPECT_EQ(lab.findings(), "");
}

TYPED_TEST(VforkTest, AParentWaitsOnceForAChildThatHasExited) {
  machine::Lab<TypeParam> lab;
  ASSERT_EQ(lab.system.fork(0, 1), Status::ok);
  ASSERT_EQ(lab.system.fork(1, 2), Status::ok);
  EXPECT_EQ(lab.system.wait(0, 1), Status::busy);
  EXPECT_EQ(lab.system.wait(0, 2), Status::no_process);
  EXPECT_EQ(lab.system.wait(0, 0), Status::no_process);
  EXPECT_EQ(lab.system.wait(0, 4), Status::bad_range);
  EXPECT_EQ(lab.system.wait(3, 1), Status::no_process);
  ASSERT_EQ(lab.system.exit(1), Status::ok);
  ASSERT_EQ(lab.system.wait(0, 1), Status::ok);
  EXPECT_EQ(lab.system.wait(0, 1), Status::no_process);
  ASSERT_EQ(lab.system.fork(0, 1), Status::ok);
  ASSERT_EQ(lab.system.exit(2), Status::ok);
  EXPECT_EQ(lab.system.wait(1, 2), Status::no_process) << "its parent was another P1";
  EXPECT_EQ(lab.findings(), "");
}

/// What the audit finds of all this, planted.
TYPED_TEST(VforkTest, TheAuditFindsLoansThatMakeNoSense) {
  const auto expect = [](Law law, auto corrupt) {
    Loan<TypeParam> lab;
    corrupt(lab.m.processes_);
    EXPECT_FALSE(lab.audit.look());
    ASSERT_FALSE(lab.audit.findings().empty());
    EXPECT_EQ(lab.audit.findings().front().law, law) << lab.findings();
  };
  expect(Law::progress, [](auto* p) { p[1].lender = 0; });
  expect(Law::progress, [](auto* p) { p[0].alive = 1; });
  expect(Law::progress, [](auto* p) { p[1].lender = 3; });
  expect(Law::no_leak, [](auto* p) { p[2].lender = 1; });
  expect(Law::no_leak, [](auto* p) { p[2].parent = 3; });
  expect(Law::no_leak, [](auto* p) { p[2].parent = 99; });
}

}  // namespace
}  // namespace cow::kernel
