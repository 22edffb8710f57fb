#include "props/lockstep/fault_bound.h"

#include <gtest/gtest.h>

#include "model/trace_text.h"

namespace cow::props {
namespace {

using model::Op;
using model::Status;

/// A reference and the bound that follows it, as in the lockstep. P0 has four pages.
class FaultBoundTest : public testing::Test {
 protected:
  FaultBoundTest() { run("P0 map p0 4 private write\n"); }

  void run(std::string_view text) {
    for (const Op& op : model::parse(text).trace.ops) {
      bound_.follow(reference_, op, reference_.perform(op).status);
    }
  }
  void run_out_of_memory(std::string_view text) {
    for (const Op& op : model::parse(text).trace.ops) {
      bound_.follow(reference_, op, Status::no_memory);
    }
  }
  std::uint32_t faults(std::string_view op) const {
    return bound_.faults_allowed(model::parse(op).trace.ops.at(0));
  }

  model::Reference reference_{model::World{}};
  FaultBound bound_{model::World{}};
};

TEST_F(FaultBoundTest, AFirstTouchCostsOneFaultAPage) {
  EXPECT_EQ(faults("P0 read p0 16\n"), 1U);
  EXPECT_EQ(faults("P0 write p0+8 32 0x1\n"), 3U) << "three pages";
  EXPECT_EQ(faults("P0 fork P1\n"), 0U);
}

TEST_F(FaultBoundTest, WhatWasReadIsReadyForReadingOnly) {
  run("P0 read p0 1\n");
  EXPECT_EQ(faults("P0@1 read p0 16\n"), 0U) << "another CPU finds the same page table";
  EXPECT_EQ(faults("P0 write p0 1 0x1\n"), 1U);
  EXPECT_EQ(faults("P0 read p0 17\n"), 1U) << "the second page";
}

TEST_F(FaultBoundTest, WhatWasWrittenIsReadyForBoth) {
  run("P0 write p0 1 0x1\nP0 read p0 1\n");
  EXPECT_EQ(faults("P0 write p0 1 0x1\n"), 0U);
  EXPECT_EQ(faults("P0 read p0 1\n"), 0U);
}

TEST_F(FaultBoundTest, ForkTakesWritingFromPrivatePagesOnly) {
  run("P0 map p8 1 shared write\nP0 write p0 1 0x1\nP0 write p8 1 0x1\nP0 fork P1\n");
  EXPECT_EQ(faults("P0 write p0 1 0x1\n"), 1U);
  EXPECT_EQ(faults("P0 read p0 1\n"), 0U);
  EXPECT_EQ(faults("P0 write p8 1 0x1\n"), 0U);
  EXPECT_EQ(faults("P1 read p0 1\n"), 1U) << "a child may get its page tables late";
}

TEST_F(FaultBoundTest, AForkWithoutMemoryMayHaveTakenItToo) {
  run("P0 write p0 1 0x1\n");
  run_out_of_memory("P0 fork P1\n");
  EXPECT_EQ(faults("P0 write p0 1 0x1\n"), 1U);
}

TEST_F(FaultBoundTest, ProtectUnmapExecAndExitForget) {
  const std::string_view write = "P0 write p0 1 0x1\n";
  run(write);
  run("P0 protect p0 1 write\n");
  EXPECT_EQ(faults(write), 1U);
  run(write);
  run("P0 unmap p0 1\nP0 map p0 1 private write\n");
  EXPECT_EQ(faults(write), 1U);
  run(write);
  run("P0 exec\nP0 map p0 1 private write\n");
  EXPECT_EQ(faults(write), 1U);
  run("P0 fork P1\nP1 write p0 1 0x1\nP1 exit\nP0 fork P1\n");
  EXPECT_EQ(faults("P1 write p0 1 0x1\n"), 1U);
}

TEST_F(FaultBoundTest, APinMakesReady) {
  EXPECT_EQ(faults("P0 pin d0 p0 read\n"), 1U);
  run("P0 pin d0 p0 read\nP0 pin d1 p1 write\n");
  EXPECT_EQ(faults("P0 read p0 1\n"), 0U);
  EXPECT_EQ(faults("P0 write p0 1 0x1\n"), 1U);
  EXPECT_EQ(faults("P0 write p1 1 0x1\n"), 0U);
  EXPECT_EQ(faults("P0 pin d0 p0 read\n"), 1U) << "it may have to be parted from sharers";
  EXPECT_EQ(faults("P0 pin d0 p1 read\n"), 0U);
  EXPECT_EQ(faults("P0 device-write d1 1 0x1\n"), 0U);
}

TEST_F(FaultBoundTest, ForkLeavesAlonePagesThatTheChildDoesNotShare) {
  run("P0 write p0 64 0x1\nP0 pin d0 p0 read\nP0 advise p1 1 dontfork\n"
      "P0 advise p2 1 wipeonfork\nP0 fork P1\n");
  EXPECT_EQ(faults("P0 write p0 48 0x1\n"), 0U);
  EXPECT_EQ(faults("P0 write p3 1 0x1\n"), 1U);
  run("P0 unpin d0\nP0 fork P2\n");
  EXPECT_EQ(faults("P0 write p0 48 0x1\n"), 1U) << "nobody holds p0 any more";
}

TEST_F(FaultBoundTest, RemapTakesAlongAndDontneedForgets) {
  run("P0 write p0 16 0x1\nP0 read p1 1\nP0 remap p0 2 p8\n");
  EXPECT_EQ(faults("P0 write p8 17 0x1\n"), 1U) << "p9 was read only";
  run("P0 map p0 2 private write\n");
  EXPECT_EQ(faults("P0 read p0 17\n"), 2U);
  run("P0 advise p8 2 dontfork\n");
  EXPECT_EQ(faults("P0 read p8 17\n"), 0U);
  run("P0 dontneed p8 1\n");
  EXPECT_EQ(faults("P0 read p8 17\n"), 1U);
}

TEST_F(FaultBoundTest, PageoutForgetsThePagesAndSwapoffNothing) {
  run("P0 write p0 64 0x1\nP0 pageout p1 2\n");
  EXPECT_EQ(faults("P0 write p0 64 0x1\n"), 2U);
  run("P0 write p0 64 0x1\nP0 swapoff\n");
  EXPECT_EQ(faults("P0 write p0 64 0x1\n"), 0U);
}

TEST_F(FaultBoundTest, ARefusedOperationTakesNothing) {
  run("P0 write p0 1 0x1\n");
  run_out_of_memory("P0 protect p0 1 read\nP0 unmap p0 1\n");
  run("P0 write p2 64 0x1\nP1 read p0 1\n");  // segfault, no such process
  EXPECT_EQ(faults("P0 write p0 1 0x1\n"), 0U);
  EXPECT_EQ(faults("P0 write p2 1 0x1\n"), 1U) << "it may or may not have been made ready";
}

}  // namespace
}  // namespace cow::props
