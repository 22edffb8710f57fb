#include <gtest/gtest.h>

#include "props/lockstep/sharing_bound_fixture.h"
#include "props/lockstep/touched_pages.h"

namespace cow::props {
namespace {

using model::Op;
using model::Status;

TEST_F(SharingBoundTest, AFrameComesWithTheFirstAccess) {
  run("P0 map p0 4 private write\n");
  EXPECT_EQ(frames(), 0U);
  EXPECT_EQ(copies("P0 write p0 1 0x01\n"), 0U);
  run("P0 read p0 1\n");
  EXPECT_EQ(frames(), 1U);
  run("P0 write p0 1 0x01\nP0 write p1+8 16 0x01\n");
  EXPECT_EQ(frames(), 3U);
}

TEST_F(SharingBoundTest, ForkSharesAndTheFirstWriteCopies) {
  run("P0 map p0 1 private write\nP0 write p0 1 0x01\nP0 fork P1\n");
  EXPECT_EQ(frames(), 1U);
  EXPECT_EQ(copies("P0 write p0 1 0x01\n"), 1U);
  EXPECT_EQ(copies("P1 write p0 1 0x01\n"), 1U);
  EXPECT_EQ(copies("P1 read p0 1\n"), 0U);
  run("P1 write p0 1 0x02\n");
  EXPECT_EQ(frames(), 2U);
  EXPECT_EQ(copies("P0 write p0 1 0x01\n"), 0U) << "the last sharer";
  EXPECT_EQ(copies("P1 write p0 1 0x01\n"), 0U) << "has its own";
}

TEST_F(SharingBoundTest, PagesTouchedAfterAForkAreNotShared) {
  run("P0 map p0 1 private write\nP0 fork P1\nP0 write p0 1 0x01\n");
  EXPECT_EQ(frames(), 1U);
  EXPECT_EQ(copies("P1 write p0 1 0x01\n"), 0U);
}

TEST_F(SharingBoundTest, GenerationsShareOneToken) {
  run("P0 map p0 1 private write\nP0 write p0 1 0x01\nP0 fork P1\nP1 fork P2\nP2 fork P3\n");
  EXPECT_EQ(frames(), 1U);
  run("P1 write p0 1 0x01\nP2 write p0 1 0x01\n");
  EXPECT_EQ(frames(), 3U);
  EXPECT_EQ(copies("P3 write p0 1 0x01\n"), 1U) << "P0 and P3 still share";
  run("P0 exit\n");
  EXPECT_EQ(copies("P3 write p0 1 0x01\n"), 0U);
  EXPECT_EQ(frames(), 3U);
}

TEST_F(SharingBoundTest, UnmapExecAndExitGiveFramesBack) {
  run("P0 map p0 3 private write\nP0 write p0 48 0x01\nP0 fork P1\nP1 write p0 48 0x01\n");
  EXPECT_EQ(frames(), 6U);
  run("P0 unmap p1 1\n");
  EXPECT_EQ(frames(), 5U);
  run("P0 unmap p0 16\n");
  EXPECT_EQ(frames(), 3U);
  run("P1 exec\n");
  EXPECT_EQ(frames(), 0U);
  run("P1 map p0 1 private write\nP1 write p0 1 0x01\nP1 exit\n");
  EXPECT_EQ(frames(), 0U);
}

TEST_F(SharingBoundTest, ASegfaultHasMadeThePagesBeforeItReady) {
  run("P0 map p0 2 private write\nP0 write p0 32 0x01\nP0 fork P1\n");
  run("P0 protect p1 1 read\n");
  EXPECT_EQ(copies("P0 write p0+8 16 0x01\n"), 1U) << "p0 may be copied, p1 refuses";
  run("P0 write p0+8 16 0x01\n");
  EXPECT_EQ(frames(), 3U);
  EXPECT_EQ(copies("P0 write p0 1 0x01\n"), 0U);
  EXPECT_EQ(copies("P0 write p2 1 0x01\n"), 0U) << "nothing is there";
  run("P0 protect p0 1 read\nP0 protect p1 1 write\n");
  EXPECT_EQ(copies("P0 write p1 1 0x01\n"), 1U);
  EXPECT_EQ(copies("P0 write p0+8 16 0x01\n"), 0U) << "refused at once";
}

TEST_F(SharingBoundTest, TokensServeAgain) {
  run("P0 map p0 1 private write\nP0 write p0 1 0x01\n");
  for (int i = 0; i < 200; ++i) {  // more than there are pages
    run("P0 fork P1\nP1 write p0 1 0x02\nP1 exit\n");
    ASSERT_EQ(frames(), 1U);
  }
}

TEST_F(SharingBoundTest, AfterNoMemoryPagesMayHaveAFrameOrNot) {
  run("P0 map p0 2 private write\nP0 write p0 1 0x01\nP0 fork P1\n");
  run_out_of_memory("P0 write p0 32 0x01\n");
  EXPECT_EQ(copies("P0 write p0 1 0x01\n"), 1U) << "it may still be shared";
  EXPECT_EQ(frames(), 2U) << "p1 may have one";
}

TEST_F(SharingBoundTest, OnceMemoryWasShortEveryPageMayHaveAFrame) {
  run("P0 map p0 3 private write\nP0 write p0 1 0x01\nP0 fork P1\n");
  EXPECT_EQ(frames(), 1U);
  EXPECT_EQ(bound_.frames_allowed(true), 6U);
}

TEST_F(SharingBoundTest, SharedPagesNeedNoCopyAndHaveNoBound) {
  run("P0 map p0 1 shared write\nP0 write p0 1 0x01\nP0 fork P1\n");
  EXPECT_EQ(copies("P1 write p0 1 0x01\n"), 0U);
  EXPECT_EQ(frames(), SharingBound::unbounded);
  run("P0 exit\n");
  EXPECT_EQ(frames(), SharingBound::unbounded) << "the child still has it";
  run("P1 unmap p0 1\n");
  EXPECT_EQ(frames(), 0U);
}

TEST_F(SharingBoundTest, AHugePageIsCopiedAsThePolicySays) {
  for (const auto policy : {model::HugeCow::split, model::HugeCow::copy}) {
    use(policy);
    const auto whole = policy == model::HugeCow::copy ? 4U : 1U;
    run("P0 map p0 8 private write huge\nP0 write p0 1 0x01\nP0 fork P1\n");
    EXPECT_EQ(copies("P0 write p3 1 0x01\n"), whole);
    EXPECT_EQ(copies("P0 write p4 1 0x01\n"), 0U) << "nobody touched the second one";
    run("P0 unmap p7 1\nP0 read p4 1\nP0 fork P2\n");
    EXPECT_EQ(copies("P0 write p4 1 0x01\n"), 1U) << "no longer a whole huge page";
    EXPECT_EQ(frames(), 8U + 7 + 7) << "the subject may use huge pages or not";
  }
}

TEST_F(SharingBoundTest, RefusalsOfProcessesThatAreNotThereAreNothing) {
  run("P2 write p0 1 0x01\nP0 write p0 1 0x01\n");
  Op op = model::parse("P0 write p0 1 0x01\n").trace.ops.at(0);
  op.proc = 200;
  SharingBound bound{model::World{}};
  bound.after_refusal(model::Reference(model::World{}), op, Status::segfault);
  EXPECT_EQ(bound.frames_allowed(false), 0U);
  EXPECT_EQ(frames(), 0U);
}

TEST_F(SharingBoundTest, ResetForgets) {
  run("P0 map p0 4 private write huge\nP0 write p0 1 0x01\n");
  EXPECT_EQ(frames(), 4U);
  reference_.reset();
  bound_.reset();
  EXPECT_EQ(frames(), 0U);
  run("P0 map p0 4 private write\nP0 write p0 1 0x01\n");
  EXPECT_EQ(frames(), 1U) << "the hint, too";
}

/// "first-end" of the pages that an operation touches.
std::string touched(std::string_view text) {
  const auto trace = model::parse(text).trace;
  const auto [first, end] = touched_pages(trace.ops.at(0), trace.world);
  return std::to_string(first) + "-" + std::to_string(end);
}

TEST(TouchedPages, AreThoseOfTheRangeWithinTheWorld) {
  EXPECT_EQ(touched("P0 map p2 3 private write\n"), "2-5");
  EXPECT_EQ(touched("P0 unmap p14 4294967295\n"), "14-16");
  EXPECT_EQ(touched("P0 protect p3 0 read\n"), "3-3");
  EXPECT_EQ(touched("P0 read p3 16\n"), "3-4");
  EXPECT_EQ(touched("P0 read p3+15 2\n"), "3-5");
  EXPECT_EQ(touched("P0 write p15+8 4294967295 0x01\n"), "15-16");
  EXPECT_EQ(touched("P0 read p3 0\n"), "0-0");
  EXPECT_EQ(touched("P0 fork P1\n"), "0-0");
  EXPECT_EQ(touched("P0 exit\n"), "0-0");
  EXPECT_EQ(touched("P0 pin d0 p3 read\n"), "3-4");
  EXPECT_EQ(touched("P0 device-read d0 4\n"), "0-0");
  EXPECT_EQ(touched("P0 remap p2 3 p9\n"), "2-5");
}

TEST(TouchedPages, OfARemapAreAlsoItsTarget) {
  const auto trace = model::parse("P0 remap p2 3 p14\nP0 map p2 3 private write\n").trace;
  const auto [first, end] = target_pages(trace.ops[0], trace.world);
  EXPECT_EQ(first, 14U);
  EXPECT_EQ(end, 16U);
  EXPECT_EQ(target_pages(trace.ops[1], trace.world).end, 0U);
}

}  // namespace
}  // namespace cow::props
