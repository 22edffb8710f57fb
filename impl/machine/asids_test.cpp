#include "impl/machine/test_machine.h"

namespace cow::machine {
namespace {

using kernel::Event;
using kernel::Status;

/// One CPU with two identifiers; P0 has a page that is written, and P1 and P2 are its children.
struct FewIdentifiers : testing::Test {
  using M = TestMachine<Tiny>;

  static Config config() {
    Config config;
    config.cpus = 1;
    config.asids = 2;
    return config;
  }
  void SetUp() override {
    ASSERT_EQ(lab.map(0, 0, 4), Status::ok);
    ASSERT_EQ(lab.write(0, 0, 1), Status::ok);
    ASSERT_EQ(lab.system.fork(0, 1), Status::ok);
    ASSERT_EQ(lab.system.fork(0, 2), Status::ok);
    ASSERT_EQ(lab.at(0, 0), 1);
  }
  /// Translations of p0 that lie in the TLB, and those among them that somebody can use.
  int cached() const { return count(false); }
  int usable() const { return count(true); }
  int count(bool usable) const {
    int found = 0;
    for (std::uint32_t i = 0; i < M::tlb_entries; ++i) {
      const auto& t = lab.m.translation(0, i);
      if (t.valid == 0 || t.page != lab.m.user_first()) continue;
      found += !usable || lab.m.user_of(0, t) != none ? 1 : 0;
    }
    return found;
  }

  Lab<Tiny> lab{config()};
  M& m = lab.m;
};

TEST_F(FewIdentifiers, KeepTranslationsWhileAnotherProcessRuns) {
  ASSERT_EQ(lab.at(1, 0), 1);
  EXPECT_TRUE(m.runs(0, 1));
  EXPECT_EQ(usable(), 2);
  const auto flushes = lab.events(Event::late_flush);
  EXPECT_EQ(lab.at(0, 0), 1);
  EXPECT_EQ(lab.events(Event::late_flush), flushes) << "P0 finds what it had";
  EXPECT_EQ(m.tlb_find(0, 1, m.user_first(), false), std::nullopt) << "P1 does not run";
}

TEST_F(FewIdentifiers, AreFlushedLateWhenTheirProcessDoesNotRun) {
  ASSERT_EQ(lab.at(1, 0), 1);
  const auto deferred = lab.events(Event::deferred_flush);
  ASSERT_EQ(lab.system.unmap(0, 0, 1), Status::ok);
  EXPECT_GT(lab.events(Event::deferred_flush), deferred);
  EXPECT_EQ(cached(), 2) << "stale, but nobody can use it";
  EXPECT_EQ(usable(), 1);
  EXPECT_EQ(lab.findings(), "");
  std::uint8_t value = 0;
  EXPECT_EQ(lab.read(0, 0, &value), Status::segfault);
  EXPECT_EQ(cached(), 1);
}

TEST_F(FewIdentifiers, GoToAnotherProcessFlushed) {
  ASSERT_EQ(lab.at(1, 0), 1);
  const auto recycled = lab.events(Event::asid_recycle);
  ASSERT_EQ(lab.at(2, 0), 1);
  EXPECT_EQ(lab.events(Event::asid_recycle), recycled + 1);
  EXPECT_EQ(usable(), 2) << "of P1 and P2";
  EXPECT_FALSE(m.asid_of(0, 0));
  EXPECT_EQ(lab.findings(), "");
}

TEST_F(FewIdentifiers, AreAuditedByWhoCanUseThem) {
  ASSERT_EQ(lab.at(1, 0), 1);
  ASSERT_EQ(lab.system.unmap(0, 0, 1), Status::ok);
  m.asids_[0].of[*m.asid_of(0, 0)].generation = m.generation(0);  // as if it had seen the flush
  EXPECT_NE(lab.findings().find("tlb-coherent: CPU 0 still translates P0 p0"), std::string::npos);
}

TEST_F(FewIdentifiers, OfARunningProcessHaveMissedNothing) {
  ASSERT_TRUE(m.runs(0, 0));
  ++m.generations_[0];
  EXPECT_EQ(lab.findings(), "tlb-coherent: CPU 0 runs P0 and has missed a flush of it\n");
}

TEST_F(FewIdentifiers, AreOneAProcess) {
  m.asids_[0].of[1] = m.asids_[0].of[0];
  EXPECT_EQ(lab.findings(), "tlb-coherent: CPU 0 has two identifiers for P0\n");
}

/// It is interrupted for a page, and has missed another flush by then: everything goes.
TEST_F(FewIdentifiers, CatchUpWithAllThatWasMissed) {
  ASSERT_EQ(lab.at(0, 0), 1);
  ASSERT_EQ(lab.write(0, 1, 2), Status::ok);
  m.advance_generation(0);  // another CPU's flush, which has not come yet
  const auto page = m.user_first();
  catch_up(m, 0, 0, m.advance_generation(0), [&](auto) { m.flush_page_on(0, 0, page); });
  EXPECT_FALSE(m.tlb_find(0, 0, page + 1, false));
  EXPECT_EQ(lab.findings(), "");
}

}  // namespace
}  // namespace cow::machine
