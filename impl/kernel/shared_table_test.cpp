#include "impl/kernel/shared_table.h"

#include "impl/machine/test_machine.h"

namespace cow::kernel {
namespace {

template <class G>
struct SharedTableTest : testing::Test {};

TYPED_TEST_SUITE(SharedTableTest, machine::Geometries);

/// P0 has three private pages in one table, the first two written, and P1 is its child on demand.
template <class G>
struct SharingLab : machine::Lab<G> {
  using M = typename machine::Lab<G>::M;
  static constexpr std::uint32_t path = M::levels - 1;  ///< tables from below the root to a page

  explicit SharingLab(ForkPolicy fork = ForkPolicy::on_demand) : machine::Lab<G>(config(fork)) {
    EXPECT_EQ(this->map(0, 0, 3), Status::ok);
    EXPECT_EQ(this->write(0, 0, 1), Status::ok);
    EXPECT_EQ(this->write(0, 1, 2), Status::ok);
    before = this->used();
    EXPECT_EQ(this->system.fork(0, 1), Status::ok);
  }
  static machine::Config config(ForkPolicy fork) {
    auto config = machine::test_config<G>();
    config.fork = fork;
    return config;
  }

  std::uint32_t before = 0;  ///< frames in use ahead of the fork
};

TYPED_TEST(SharedTableTest, ForkTakesOneFrameForTheChildsRoot) {
  SharingLab<TypeParam> lab;
  EXPECT_EQ(lab.used(), lab.before + 1);
  EXPECT_EQ(lab.copies(), 0U);
  EXPECT_EQ(lab.walk(0, 0).table, lab.walk(1, 0).table);
  EXPECT_TRUE(lab.walk(0, 0).common && lab.walk(1, 0).common);
  EXPECT_EQ(lab.at(1, 0), 1);
  EXPECT_EQ(lab.at(1, 1), 2);
  EXPECT_EQ(lab.findings(), "");
}

TYPED_TEST(SharedTableTest, WhatIsBelowACommonEntryIsNeitherWritableNorExclusive) {
  SharingLab<TypeParam> lab;
  const auto at = lab.walk(0, 0);
  EXPECT_FALSE(at.entry.writable() || at.entry.exclusive());
  const auto raw =
      lab.m.load_at(at.table, index_at<typename SharingLab<TypeParam>::M>(lab.m.user_first(), 0));
  EXPECT_TRUE(raw.writable() && raw.exclusive()) << "fork did not go down there";
}

TYPED_TEST(SharedTableTest, AWriteCopiesTheTablesOnItsPathAndOnePage) {
  SharingLab<TypeParam> lab;
  ASSERT_EQ(lab.write(1, 0, 9), Status::ok);
  EXPECT_EQ(lab.used(), lab.before + 1 + lab.path + 1);
  EXPECT_EQ(lab.events(Event::table_copy), lab.path);
  EXPECT_EQ(lab.copies(), 1U);
  EXPECT_EQ(lab.at(0, 0), 1);
  EXPECT_EQ(lab.at(1, 0), 9);
  EXPECT_EQ(lab.findings(), "");
}

TYPED_TEST(SharedTableTest, TheLastOwnerTakesTheTablesBackAsTheyAre) {
  SharingLab<TypeParam> lab;
  ASSERT_EQ(lab.system.exit(1), Status::ok);
  EXPECT_EQ(lab.used(), lab.before);
  ASSERT_EQ(lab.write(0, 0, 9), Status::ok);
  EXPECT_EQ(lab.events(Event::table_copy), 0U);
  EXPECT_EQ(lab.copies(), 0U);
  EXPECT_EQ(lab.used(), lab.before);
  EXPECT_EQ(lab.findings(), "");
}

TYPED_TEST(SharedTableTest, AReadThatFindsAPageOwnsNothing) {
  SharingLab<TypeParam> lab;
  std::uint8_t value = 0;
  ASSERT_EQ(lab.system.kernel_read(1, 0, {&value, 1}), Status::ok);
  EXPECT_EQ(value, 1);
  EXPECT_EQ(lab.at(1, 0), 1);
  EXPECT_EQ(lab.events(Event::table_copy), 0U);
  EXPECT_EQ(lab.findings(), "");
}

TYPED_TEST(SharedTableTest, AReadOfAnUntouchedPageIsTheReadersOwn) {
  SharingLab<TypeParam> lab;
  EXPECT_EQ(lab.at(1, 2), 0);
  EXPECT_EQ(lab.events(Event::table_copy), lab.path);
  ASSERT_EQ(lab.write(0, 2, 7), Status::ok);
  EXPECT_EQ(lab.at(1, 2), 0);
  EXPECT_EQ(lab.findings(), "");
}

TYPED_TEST(SharedTableTest, WhoeverRunsOutOfMemoryChangesNothing) {
  for (std::uint32_t k = 1; k <= SharingLab<TypeParam>::path + 1; ++k) {
    SharingLab<TypeParam> lab;
    lab.system.fail_allocation(k);
    EXPECT_EQ(lab.write(1, 0, 9), Status::no_memory) << k;
    EXPECT_EQ(lab.at(0, 0), 1);
    EXPECT_EQ(lab.at(1, 0), 1);
    EXPECT_EQ(lab.findings(), "") << k;
    EXPECT_EQ(lab.write(1, 0, 9), Status::ok);
    EXPECT_EQ(lab.at(0, 0), 1);
    EXPECT_EQ(lab.findings(), "") << k;
  }
}

TYPED_TEST(SharedTableTest, UnmapDontneedProtectAndRemapLeaveTheOtherOwnerAlone) {
  for (int what = 0; what < 4; ++what) {
    SharingLab<TypeParam> lab;
    auto& s = lab.system;
    const auto status = what == 0   ? s.unmap(1, 0, 1)
                        : what == 1 ? s.dontneed(1, 0, 1)
                        : what == 2 ? s.protect(1, 0, 1, Access::read)
                                    : s.remap(1, 0, 1, 3);
    ASSERT_EQ(status, Status::ok) << what;
    EXPECT_EQ(lab.at(0, 0), 1) << what;
    EXPECT_EQ(lab.write(0, 0, 5), Status::ok) << what;
    EXPECT_EQ(lab.at(1, 1), 2) << what;
    EXPECT_EQ(lab.findings(), "") << what;
  }
}

TYPED_TEST(SharedTableTest, ATableWithAPinnedPageIsCopiedAtFork) {
  SharingLab<TypeParam> lab;
  ASSERT_EQ(lab.system.exit(1), Status::ok);
  ASSERT_EQ(lab.system.pin(0, 0, {0, 0, Access::write}), Status::ok);
  ASSERT_EQ(lab.system.fork(0, 1), Status::ok);
  EXPECT_NE(lab.walk(0, 0).table, lab.walk(1, 0).table);
  EXPECT_EQ(lab.copies(), 1U);
  EXPECT_EQ(lab.findings(), "");
}

TYPED_TEST(SharedTableTest, AnEagerForkCopiesThePagesAndSharesNothing) {
  SharingLab<TypeParam> lab(ForkPolicy::eager);
  EXPECT_EQ(lab.copies(), 2U);
  EXPECT_TRUE(lab.walk(1, 0).entry.exclusive());
  ASSERT_EQ(lab.write(1, 0, 9), Status::ok);
  EXPECT_EQ(lab.copies(), 2U);
  EXPECT_EQ(lab.at(0, 0), 1);
  EXPECT_EQ(lab.findings(), "");
}

/// The audit's own canaries: a directory that may write to a table with two owners, and a table
/// that has an owner more than it counts.
TYPED_TEST(SharedTableTest, TheAuditFindsAnEntryWithoutItsMark) {
  SharingLab<TypeParam> lab;
  using M = typename SharingLab<TypeParam>::M;
  const auto index = index_at<M>(lab.m.user_first(), M::levels - 1);
  const auto entry = lab.m.load_at(lab.m.root(0), index);
  lab.m.store_at(lab.m.root(0), index, M::Entry::table(entry.frame()));
  EXPECT_NE(lab.findings().find("sole-writer: P0 may write through page table"), std::string::npos);
}

TYPED_TEST(SharedTableTest, TheAuditFindsAnUncountedOwner) {
  SharingLab<TypeParam> lab;
  using M = typename SharingLab<TypeParam>::M;
  const auto index = index_at<M>(lab.m.user_first(), M::levels - 1);
  lab.m.get_table(lab.m.load_at(lab.m.root(0), index).frame());
  EXPECT_NE(lab.findings().find("exact-count"), std::string::npos);
}

}  // namespace
}  // namespace cow::kernel
