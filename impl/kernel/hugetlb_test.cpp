#include "impl/kernel/hugetlb.h"

#include "impl/machine/test_machine.h"

namespace cow::kernel {
namespace {

/// A tiny machine with a pool.
struct PoolLab : machine::Lab<machine::Tiny> {
  explicit PoolLab(std::uint32_t pool) : Lab(config(pool)) {}
  explicit PoolLab(const machine::Config& config) : Lab(config) {}
  static machine::Config config(std::uint32_t pool) {
    auto config = machine::test_config<machine::Tiny>();
    config.pool = pool;
    return config;
  }
  Status map_pooled(std::uint32_t p, std::uint64_t page, std::uint64_t count, bool shared = false,
                    bool file = false) {
    return system.map(p, page, count, {Access::write, shared, false, file, 0, true});
  }
  std::uint32_t promised() const { return m.header().promised; }
  std::uint32_t free() const {
    std::uint32_t count = 0;
    for (std::uint32_t b = 0; b < m.config().pool; ++b) count += m.huge_references(b * fan) == 0;
    return count;
  }
};

TEST(Hugetlb, ThePoolOwesWhatIsMappedUntilItIsTouched) {
  PoolLab lab(3);
  ASSERT_EQ(lab.map_pooled(0, 0, 8), Status::ok);
  EXPECT_EQ(lab.promised(), 2U);
  EXPECT_EQ(lab.map_pooled(0, 8, 8), Status::no_memory) << "one is left";
  EXPECT_EQ(lab.promised(), 2U);
  ASSERT_EQ(lab.write(0, 5, 7), Status::ok);
  EXPECT_EQ(lab.promised(), 1U);
  EXPECT_TRUE(lab.walk(0, 4).entry.huge());
  EXPECT_TRUE(lab.m.pooled(lab.walk(0, 4).entry.frame()));
  EXPECT_EQ(lab.findings(), "");
  ASSERT_EQ(lab.system.unmap(0, 0, 8), Status::ok);
  EXPECT_EQ(lab.promised(), 0U);
  EXPECT_EQ(lab.free(), 3U);
  EXPECT_EQ(lab.findings(), "");
}

TEST(Hugetlb, AWriteTakesASecondOneAndTheLastSharerNone) {
  PoolLab lab(2);
  ASSERT_EQ(lab.map_pooled(0, 0, 4), Status::ok);
  ASSERT_EQ(lab.write(0, 0, 7), Status::ok);
  ASSERT_EQ(lab.system.fork(0, 1), Status::ok);
  ASSERT_EQ(lab.write(1, 1, 8), Status::ok);
  EXPECT_EQ(lab.free(), 0U);
  ASSERT_EQ(lab.write(0, 1, 9), Status::ok);
  EXPECT_EQ(lab.copies(), lab.fan);
  EXPECT_EQ(lab.at(1, 0), 7);
  EXPECT_EQ(lab.at(1, 1), 8);
  EXPECT_EQ(lab.findings(), "");
}

TEST(Hugetlb, WhereThePoolIsDryTheOwnerComesFirst) {
  PoolLab lab(1);
  ASSERT_EQ(lab.map_pooled(0, 0, 4), Status::ok);
  ASSERT_EQ(lab.write(0, 0, 7), Status::ok);
  ASSERT_EQ(lab.system.fork(0, 1), Status::ok);
  EXPECT_EQ(lab.at(1, 0), 7);
  EXPECT_EQ(lab.write(1, 0, 8), Status::bus_error) << "a child is owed nothing";
  EXPECT_EQ(lab.at(1, 0), 7);
  ASSERT_EQ(lab.write(0, 0, 9), Status::ok);
  EXPECT_EQ(lab.events(Event::hugetlb_lost), 1U);
  std::uint8_t value = 0;
  EXPECT_EQ(lab.read(1, 0, &value), Status::bus_error);
  ASSERT_EQ(lab.system.exit(0), Status::ok);
  EXPECT_EQ(lab.free(), 1U);
  EXPECT_EQ(lab.read(1, 0, &value), Status::bus_error) << "what is lost stays lost";
  ASSERT_EQ(lab.system.unmap(1, 0, 4), Status::ok);
  ASSERT_EQ(lab.map_pooled(1, 0, 4), Status::ok);
  EXPECT_EQ(lab.at(1, 0), 0);
  EXPECT_EQ(lab.findings(), "");
}

TEST(Hugetlb, APinOfTheOwnerComesFirstToo) {
  PoolLab lab(1);
  ASSERT_EQ(lab.map_pooled(0, 0, 4), Status::ok);
  ASSERT_EQ(lab.write(0, 0, 7), Status::ok);
  ASSERT_EQ(lab.system.fork(0, 1), Status::ok);
  EXPECT_EQ(lab.system.pin(1, 0, {0, 1, Access::read}), Status::bus_error);
  ASSERT_EQ(lab.system.pin(0, 0, {0, 1, Access::read}), Status::ok);
  EXPECT_EQ(lab.events(Event::hugetlb_lost), 1U);
  EXPECT_EQ(lab.findings(), "");
  EXPECT_EQ(lab.system.fork(0, 2), Status::no_memory) << "a pinned page is copied at fork";
  EXPECT_EQ(lab.findings(), "");
}

TEST(Hugetlb, AllSharersLoseThePageThroughCommonTablesToo) {
  auto config = PoolLab::config(1);
  config.fork = ForkPolicy::on_demand;
  machine::Lab<machine::Tiny> lab(config);
  ASSERT_EQ(lab.system.map(0, 0, 4, {Access::write, false, false, false, 0, true}), Status::ok);
  ASSERT_EQ(lab.write(0, 0, 7), Status::ok);
  ASSERT_EQ(lab.system.fork(0, 1), Status::ok);
  ASSERT_EQ(lab.system.fork(1, 2), Status::ok);
  EXPECT_EQ(lab.at(1, 0) + lab.at(2, 0), 14);
  ASSERT_EQ(lab.write(0, 0, 9), Status::ok);
  EXPECT_EQ(lab.events(Event::hugetlb_lost), 2U);
  std::uint8_t value = 0;
  EXPECT_EQ(lab.read(1, 0, &value), Status::bus_error);
  EXPECT_EQ(lab.read(2, 0, &value), Status::bus_error);
  EXPECT_EQ(lab.findings(), "");
}

TEST(Hugetlb, AnObjectTakesItsPagesAtOnceAndAPrivateWriteOneMore) {
  PoolLab lab(2);
  ASSERT_EQ(lab.map_pooled(0, 0, 4, true, true), Status::ok);
  EXPECT_EQ(lab.free(), 1U);
  ASSERT_EQ(lab.write(0, 0, 7), Status::ok);
  ASSERT_EQ(lab.map_pooled(0, 4, 4, false, true), Status::ok);
  EXPECT_EQ(lab.promised(), 1U);
  EXPECT_EQ(lab.at(0, 4), 7);
  EXPECT_EQ(lab.map_pooled(0, 8, 4, true), Status::no_memory);
  ASSERT_EQ(lab.write(0, 4, 8), Status::ok);
  EXPECT_EQ(lab.promised(), 0U);
  EXPECT_EQ(lab.at(0, 0), 7);
  EXPECT_EQ(lab.findings(), "");
  ASSERT_EQ(lab.system.exit(0), Status::ok);
  EXPECT_EQ(lab.free(), 1U) << "the file keeps its page";
  EXPECT_EQ(lab.findings(), "");
}

TEST(Hugetlb, TheAuditSeesAPromiseThatIsNotDueAndAPageOfAnotherKind) {
  PoolLab lab(2);
  ASSERT_EQ(lab.map_pooled(0, 0, 4), Status::ok);
  ++lab.m.header().promised;
  EXPECT_EQ(lab.findings(),
            "exact-count: the pool has promised 2 huge pages, owes 1 and has 2 free\n");
  --lab.m.header().promised;
  ASSERT_EQ(lab.write(0, 0, 7), Status::ok);
  ASSERT_EQ(lab.findings(), "");
  lab.m.areas_[0].hugetlb = false;
  EXPECT_NE(lab.findings().find("permission: P0 p0 maps frame"), std::string::npos);
}

/// In no gauge but their own, whoever takes them away, and from whatever tables.
TEST(Hugetlb, PagesOfThePoolAreChargedWhoeverTakesThem) {
  for (const bool on_demand : {false, true}) {
    auto config = PoolLab::config(2);
    if (on_demand) config.fork = ForkPolicy::on_demand;
    PoolLab lab(config);
    const auto charged = [&](std::uint32_t p) { return lab.m.usage(p)[Gauge::hugetlb]; };
    ASSERT_EQ(lab.map_pooled(0, 0, 4), Status::ok);
    ASSERT_EQ(lab.map_pooled(0, 4, 4, true), Status::ok);
    EXPECT_EQ(charged(0), 0U) << "nothing is mapped yet";
    for (const auto page : {0U, 4U}) ASSERT_EQ(lab.write(0, page, 7), Status::ok);
    EXPECT_EQ(charged(0), 2 * lab.fan);
    for (const auto child : {1U, 2U}) ASSERT_EQ(lab.system.fork(0, child), Status::ok);
    EXPECT_EQ(charged(1), 2 * lab.fan);
    ASSERT_EQ(lab.write(0, 0, 8), Status::ok) << "the pool is dry: the children lose the page";
    for (const auto p : {0U, 1U, 2U}) EXPECT_EQ(charged(p), (p == 0 ? 2 : 1) * lab.fan) << p;
    EXPECT_EQ(lab.findings(), "");
    ASSERT_EQ(lab.system.unmap(1, 4, 4), Status::ok);
    EXPECT_EQ(charged(1), 0U);
    for (std::size_t g = 0; g < gauge_count; ++g) EXPECT_EQ(lab.m.usage(1).pages[g], 0U) << g;
    EXPECT_EQ(lab.findings(), "");
  }
}

}  // namespace
}  // namespace cow::kernel
