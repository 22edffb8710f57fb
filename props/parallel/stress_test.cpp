#include "props/parallel/stress.h"

#include <algorithm>
#include <array>
#include <gtest/gtest.h>

namespace cow::props::parallel {
namespace {

using Tiny = machine::ParallelMachine<machine::Tiny>;
using Real = machine::ParallelMachine<machine::X86_64>;

/// ThreadSanitizer makes every access ten times slower.
#if defined(__SANITIZE_THREAD__)
constexpr std::uint32_t share = 8;
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
constexpr std::uint32_t share = 8;
#else
constexpr std::uint32_t share = 1;
#endif
#else
constexpr std::uint32_t share = 1;
#endif

TEST(ParallelStress, FindsNothingWithMemoryForAll) {
  for (std::uint64_t seed = 1; seed <= 4; ++seed) {
    EXPECT_EQ(stress<Tiny>(tiny_plan(1000), seed, 10, 20000 / share), "");
  }
}

TEST(ParallelStress, FindsNothingWhereMemoryRunsOut) {
  for (std::uint64_t seed = 1; seed <= 4; ++seed) {
    EXPECT_EQ(stress<Tiny>(tiny_plan(140), seed, 10, 20000 / share), "");
  }
}

TEST(ParallelStress, FindsNothingWhereHugePagesAreCopied) {
  auto plan = tiny_plan(400);
  plan.world.huge_cow = model::HugeCow::copy;
  EXPECT_EQ(stress<Tiny>(plan, 1, 10, 20000 / share), "");
}

TEST(ParallelStress, FindsNothingWhereForkSharesTablesOrCopiesPages) {
  for (const auto fork : {model::Fork::on_demand, model::Fork::eager}) {
    for (const auto frames : {1000U, 140U}) {
      auto plan = tiny_plan(frames);
      plan.world.fork = fork;
      EXPECT_EQ(stress<Tiny>(plan, 1, 10, 20000 / share), "") << model::name(fork) << frames;
    }
  }
}

TEST(ParallelStress, FindsNothingWithFewIdentifiersAndBatches) {
  for (const auto asids : {1U, 3U}) {
    auto plan = tiny_plan(400);
    plan.world.asids = asids;
    plan.world.flush = model::Flush::batched;
    EXPECT_EQ(stress<Tiny>(plan, 1, 10, 20000 / share), "") << asids;
  }
}

TEST(ParallelStress, FindsNothingWithTheZeroPage) {
  auto plan = tiny_plan(400);
  plan.world.zero_page = model::ZeroPage::page;
  EXPECT_EQ(stress<Tiny>(plan, 1, 10, 20000 / share), "");
}

TEST(ParallelStress, FindsNothingOnTwoCpusAndOnFive) {
  for (const auto threads : {2U, 5U}) {
    auto plan = tiny_plan(1000);
    plan.threads = threads;
    EXPECT_EQ(stress<Tiny>(plan, 1, 10, 20000 / share), "") << threads << " threads";
  }
}

TEST(ParallelStress, FindsNothingInTheRealGeometry) {
  Plan plan;
  plan.world = {model::Geometry::x86_64, model::HugeCow::split, 2, 1, 2048, 16384};
  EXPECT_EQ(stress<Real>(plan, 1, 3, 4000 / share), "");
}

/// What the plans have no room for: huge pages are split, one file would be for all, a pool of huge
/// pages, too, counts are as wide as they get (others are for one CPU), and which frames a CPU
/// keeps for itself, is the parallel machine's affair (ParallelFrames, with
/// tests of its own). It has one node, and nothing is compressed.
constexpr std::array beyond_the_plans = {
    kernel::Event::huge_copy,      kernel::Event::file_page,    kernel::Event::saturated,
    kernel::Event::pool_refill,    kernel::Event::pool_drain,   kernel::Event::hugetlb,
    kernel::Event::hugetlb_lost,   kernel::Event::far_frame,    kernel::Event::zswap_out,
    kernel::Event::zswap_same,     kernel::Event::zswap_reject, kernel::Event::zswap_in,
    kernel::Event::zswap_writeback};

/// Everything else that can happen does: else the silence above means little.
TEST(ParallelStress, DoesAllThatTheKernelCounts) {
  auto on_demand = tiny_plan(1000);
  on_demand.world.fork = model::Fork::on_demand;
  on_demand.world.zero_page = model::ZeroPage::page;
  on_demand.world.asids = 2;
  on_demand.world.flush = model::Flush::batched;
  Stress<Tiny> roomy(tiny_plan(1000), 1), tight(tiny_plan(140), 1), sharing(on_demand, 1);
  EXPECT_EQ(roomy.round(30000 / share), "");
  EXPECT_EQ(sharing.round(30000 / share), "");
  EXPECT_EQ(tight.round(30000 / share), "");
  for (int event = 0; event < kernel::event_count; ++event) {
    const auto index = static_cast<std::size_t>(event);
    if (std::ranges::count(beyond_the_plans, static_cast<kernel::Event>(event)) > 0) continue;
    EXPECT_GT(roomy.system().machine().header().events[index] +
                  tight.system().machine().header().events[index] +
                  sharing.system().machine().header().events[index],
              20U / share)
        << kernel::event_names[index];
  }
}

}  // namespace
}  // namespace cow::props::parallel
