#include "impl/machine/parallel_frames.h"

#include <gtest/gtest.h>

#include "impl/machine/audit.h"

namespace cow::machine {
namespace {

using M = ParallelFrames<Tiny>;

/// Takes frames until there are none; answers how many there were.
std::uint32_t take_all(M& m) {
  std::uint32_t taken = 0;
  while (m.allocate().ok) ++taken;
  return taken;
}

TEST(FrameCount, OneOfTheLastTwoPutsFreesWhateverTheirOrder) {
  FrameCount count;
  for (const bool leaf_first : {false, true}) {
    count.start(FrameCount::covered);
    count.get();
    EXPECT_EQ(count.holders(), 1U);
    const bool freed_first = leaf_first ? count.uncover() : count.put() == FrameCount::Put::last;
    const bool freed_second = leaf_first ? count.put() == FrameCount::Put::last : count.uncover();
    EXPECT_FALSE(freed_first);
    EXPECT_TRUE(freed_second);
  }
  EXPECT_EQ(count.put(), FrameCount::Put::nobody_held);
  EXPECT_EQ(count.holders(), 0U);
}

TEST(FrameCount, TheLastOwnerIsNotPutInPassing) {
  FrameCount count;
  count.start(2);
  EXPECT_TRUE(count.put_unless_last());
  EXPECT_FALSE(count.put_unless_last());
  EXPECT_EQ(count.holders(), 1U);
}

TEST(ParallelFrames, NothingIsRefusedWhileAnotherCpuKeepsFreeFrames) {
  M m{Config{}};
  {
    const ActAsCpu act(1);
    m.put(m.allocate().frame);  // CPU 1 has a few frames of its own now
  }
  EXPECT_EQ(take_all(m), m.config().frames - 1) << "all but the root table of P0";
  EXPECT_FALSE(m.allocate().ok);
}

TEST(ParallelFrames, AHugePageIsMadeOfWhatTheCpusKept) {
  Config config;
  config.frames = 8;
  M m{config};  // the second block is whole, unless a CPU keeps some of it
  std::vector<M::Frame> taken;
  for (int i = 0; i < 7; ++i) taken.push_back(m.allocate().frame);
  for (const auto frame : taken) m.put(frame);
  const auto huge = m.allocate_huge();
  ASSERT_TRUE(huge.ok);
  EXPECT_EQ(huge.frame, 4U);
  EXPECT_FALSE(m.allocate_huge().ok);
  EXPECT_EQ(m.huge_references(4), 1U);
  m.get(5);
  EXPECT_EQ(m.huge_references(4), 2U);
  EXPECT_EQ(m.references(5), 2U);
  m.put_huge(4);
  m.rest();
  EXPECT_FALSE(m.is_free(5)) << "held singly";
  EXPECT_TRUE(m.is_free(6));
  EXPECT_EQ(m.block_info(1).small, 1U);
}

TEST(ParallelFrames, TheKthAllocationFailsOnce) {
  M m{Config{}};
  m.fail_allocation(2);
  EXPECT_TRUE(m.allocate().ok);
  EXPECT_FALSE(m.allocate_table().ok);
  EXPECT_TRUE(m.allocate_huge().ok);
}

/// Frames that a CPU keeps for itself count as free, and are found.
TEST(ParallelFrames, ABlockIsEmptiedIntoOthersThatAreInUse) {
  M m{Config{}};
  for (std::uint32_t frame = 1; frame <= 8; ++frame) ASSERT_EQ(m.allocate().frame, frame);
  EXPECT_FALSE(m.block_to_empty()) << "no other has room for two";
  for (const std::uint32_t frame : {5U, 6U, 7U}) m.put(frame);
  ASSERT_EQ(m.block_to_empty(), 4U);
  for (const std::uint32_t frame : {9U, 10U, 11U}) EXPECT_EQ(m.allocate_outside(4).frame, frame);
  EXPECT_FALSE(m.allocate_outside(4).ok) << "whole blocks are not broken for it";
}

TEST(ParallelFrames, ManyCpusTakeAndPutAndNothingIsLost) {
  M m{Config{}};
  std::vector<std::thread> threads;
  for (std::uint32_t cpu = 0; cpu < 2; ++cpu) {
    threads.emplace_back([&m, cpu] {
      const ActAsCpu act(cpu);
      std::vector<M::Frame> mine;
      for (int i = 0; i < 20000; ++i) {
        const auto got = i % 3 == 2 ? M::Allocation{false, none} : m.allocate();
        if (got.ok) mine.push_back(got.frame);
        if (got.ok && mine.size() < 60) continue;
        if (mine.empty()) continue;
        m.put(mine.back());
        mine.pop_back();
      }
      for (const auto frame : mine) m.put(frame);
    });
  }
  for (auto& thread : threads) thread.join();
  m.rest();
  EXPECT_EQ(m.free_frames(), m.config().frames - 1);
  EXPECT_EQ(m.header().complaint.seen, 0);
  Audit<Tiny> audit(m);
  EXPECT_TRUE(audit.look());
}

TEST(ParallelFrames, RestShowsTheAuditEveryReference) {
  M m{Config{}};
  const auto frame = m.allocate().frame;  // no entry holds it
  m.rest();
  Audit<Tiny> audit(m);
  EXPECT_FALSE(audit.look());
  EXPECT_EQ(audit.findings().front().law, kernel::Law::exact_count);
  m.put(frame);
  m.put(frame);
  m.rest();
  EXPECT_EQ(m.header().complaint.law, kernel::Law::no_dangling) << "put twice";
}

TEST(ParallelFrames, TooManyCpusAreRefused) {
  Config config;
  config.cpus = max_cpus + 1;
  EXPECT_THROW(M{config}, std::invalid_argument);
}

}  // namespace
}  // namespace cow::machine
