#include "impl/machine/cpu_pools.h"

#include <set>

#include "impl/machine/test_machine.h"

namespace cow::machine {
namespace {

using kernel::Event;
using kernel::Status;

/// Two CPUs, each with a pool of four frames.
template <class G>
struct Pooled : Lab<G> {
  explicit Pooled(std::uint32_t frames = 0) : Lab<G>(config(frames)) {}
  static Config config(std::uint32_t frames) {
    auto config = test_config<G>();
    config.cpu_pool = 4;
    if (frames != 0) config.frames = frames;
    return config;
  }
  Status write_from(std::uint32_t cpu, std::uint64_t page) {
    const std::uint8_t value = 1;
    return this->system.write(0, cpu, page * Pooled::M::page_bytes, {&value, 1});
  }
};

template <class G>
struct PoolsTest : testing::Test {};
TYPED_TEST_SUITE(PoolsTest, Geometries);

TYPED_TEST(PoolsTest, AnEmptyPoolTakesABatchAndAFullOneGivesOneBack) {
  Pooled<TypeParam> lab;
  EXPECT_EQ(lab.m.cpu_pool(0).size, 1U) << "the first root table was one of two";
  EXPECT_EQ(lab.m.cpu_pool(1).size, 0U);
  EXPECT_EQ(lab.used(), 1U) << "what is pooled is free";
  ASSERT_EQ(lab.map(0, 0, 4), Status::ok);
  for (const auto page : {0U, 1U, 2U, 3U}) ASSERT_EQ(lab.write_from(1, page), Status::ok);
  EXPECT_GT(lab.m.cpu_pool(1).size + lab.m.cpu_pool(0).size, 0U);
  EXPECT_EQ(lab.findings(), "");
  ASSERT_EQ(lab.system.exit(0), Status::ok);
  EXPECT_LE(lab.m.cpu_pool(1).size, 4U);
  EXPECT_EQ(lab.used(), 0U);
  EXPECT_EQ(lab.findings(), "");
}

TYPED_TEST(PoolsTest, MemoryHasNotRunOutWhileAPoolHoldsAFrame) {
  Pooled<TypeParam> lab(16);
  ASSERT_EQ(lab.map(0, 0, 16), Status::ok);
  std::uint64_t page = 0;
  for (; page < 16 && lab.write_from(page == 0 ? 0 : 1, page) == Status::ok; ++page) {
    ASSERT_EQ(lab.findings(), "");
    if (page == 0) ASSERT_GT(lab.m.cpu_pool(0).size, 0U) << "what is found later";
  }
  EXPECT_LT(page, 16U);
  EXPECT_EQ(lab.m.free_frames(), 0U);
  EXPECT_GT(lab.events(Event::pool_drain), 0U);
  EXPECT_EQ(lab.findings(), "");
}

TEST(CpuPools, GiveWayToAHugePageAndToCompaction) {
  Pooled<Tiny> lab(32);
  ASSERT_EQ(lab.map(0, 0, 4), Status::ok);
  for (const auto page : {0U, 1U, 2U, 3U}) ASSERT_EQ(lab.write_from(page % 2, page), Status::ok);
  ASSERT_EQ(lab.system.unmap(0, 0, 4), Status::ok);
  ASSERT_GT(lab.m.cpu_pool(0).size + lab.m.cpu_pool(1).size, 0U);
  ASSERT_EQ(lab.system.compact(0), Status::ok);
  EXPECT_EQ(lab.m.cpu_pool(0).size + lab.m.cpu_pool(1).size, 0U);
  EXPECT_EQ(lab.findings(), "");
}

TYPED_TEST(PoolsTest, EveryFrameIsInOnePool) {
  using M = TestMachine<TypeParam>;
  const auto expect_found = [](auto corrupt, const std::string& law) {
    Pooled<TypeParam> lab;
    ASSERT_EQ(lab.findings(), "");
    corrupt(lab.m);
    EXPECT_NE(lab.findings().find(law + ": frame"), std::string::npos) << lab.findings();
  };
  expect_found([](M& m) { m.cpu_pools_[1] = m.cpu_pools_[0]; }, "no-dangling");
  expect_found([](M& m) { m.cpu_pools_[0].size = 0; }, "exact-count");
  expect_found([](M& m) { m.cpu_pools_[0].frames[0] = m.root(0); }, "no-dangling");
}

}  // namespace
}  // namespace cow::machine
