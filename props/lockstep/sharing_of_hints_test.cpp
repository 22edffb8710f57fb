#include <gtest/gtest.h>

#include "props/lockstep/fault_bound.h"
#include "props/lockstep/sharing_bound_fixture.h"

namespace cow::props {
namespace {

class SharingOfHintsTest : public SharingBoundTest {};

TEST_F(SharingOfHintsTest, ACollapseCopiesWhatWasTouched) {
  run("P0 map p0 8 private write\n");
  EXPECT_EQ(copies("P0 collapse p0 8\n"), 0U) << "there is nothing to gather";
  run("P0 write p1 1 0x01\nP0 read p2 1\n");
  EXPECT_EQ(copies("P0 collapse p0 8\n"), 2U);
  EXPECT_EQ(copies("P0 collapse p0 3\n"), 0U) << "no whole huge page";
  EXPECT_EQ(copies("P0 split p0 8\n"), 0U);
  EXPECT_EQ(frames(), 2U);
  run("P0 collapse p0 8\n");
  EXPECT_EQ(frames(), 8U) << "it is uncertain which pages have frames";
}

TEST_F(SharingOfHintsTest, SharedMemoryAndBordersKeepPagesSmall) {
  run("P0 map p0 4 shared write\nP0 write p0 1 0x01\n");
  EXPECT_EQ(copies("P0 collapse p0 4\n"), 0U);
  run("P0 map p4 4 private write\nP0 write p4 64 0x01\nP0 protect p5 1 read\n");
  EXPECT_EQ(copies("P0 collapse p4 4\n"), 0U);
}

TEST_F(SharingOfHintsTest, AfterACollapseAForkSharesEveryPageOfIt) {
  run("P0 map p0 4 private write\nP0 write p0 1 0x01\nP0 collapse p0 4\nP0 fork P1\n");
  EXPECT_EQ(copies("P1 write p3 1 0x01\n"), 1U) << "which nobody had touched";
  use(model::HugeCow::copy);
  run("P0 map p0 4 private write\nP0 write p0 1 0x01\nP0 fork P1\n");
  EXPECT_EQ(copies("P1 write p0 1 0x01\n"), 1U);
  run("P0 collapse p0 4\nP0 fork P2\n");
  EXPECT_EQ(copies("P2 write p3 1 0x01\n"), 4U) << "huge pages are copied whole";
}

TEST_F(SharingOfHintsTest, AMigrationCopiesEachTouchedPageOnce) {
  run("P0 map p0 4 private write\nP0 write p0 32 0x01\nP0 fork P1\n");
  EXPECT_EQ(copies("P0 migrate p0 4\n"), 2U);
  EXPECT_EQ(copies("P0 migrate p1 1\n"), 1U);
  run("P0 migrate p0 4\n");
  EXPECT_EQ(frames(), 2U) << "both go on sharing";
  run("P0 pin d0 p0 write\n");
  EXPECT_EQ(copies("P0 migrate p0 4\n"), 1U) << "one is pinned";
  run("P0 map p8 2 shared write\nP1 map p8 1 private write\n");
  EXPECT_EQ(copies("P0 migrate p8 2\n"), 2U) << "whoever touched them";
  run("P0 pin d1 p9 write\n");
  EXPECT_EQ(copies("P0 migrate p8 2\n"), 1U);
  EXPECT_EQ(copies("P0 compact\n"), 3U);
  EXPECT_EQ(copies("P0 migrate p0 16\n"), 0U) << "refused";
}

TEST_F(SharingOfHintsTest, PagesThatWereAlikeMayShareAFrameSinceAMerge) {
  run("P0 map p0 8 private write\nP0 write p0 1 0x01\nP0 write p1 1 0x01\nP0 write p2 1 0x02\n");
  EXPECT_EQ(copies("P0 merge p0 8\n"), 0U);
  EXPECT_EQ(copies("P0 unmerge p0 8\n"), 0U) << "nothing was merged";
  run("P0 merge p0 3\n");
  EXPECT_EQ(frames(), 8U) << "it is uncertain who shares";
  EXPECT_EQ(copies("P0 write p2 1 0x01\n"), 0U);
  EXPECT_EQ(copies("P0 unmerge p0 8\n"), 2U);
  EXPECT_EQ(copies("P0 write p1 1 0x01\n"), 1U);
  run("P0 write p1 1 0x03\n");
  EXPECT_EQ(copies("P0 write p0 1 0x01\n"), 0U) << "who is left has it alone";
}

TEST_F(SharingOfHintsTest, WhatADeviceHoldsIsNotMerged) {
  run("P0 map p0 2 private write\nP0 write p0 1 0x01\nP0 write p1 1 0x01\n"
      "P0 pin d0 p0 write\nP0 merge p0 2\n");
  EXPECT_EQ(copies("P0 write p1 1 0x01\n"), 0U);
  EXPECT_EQ(copies("P0 write p0 1 0x01\n"), 0U);
}

TEST_F(SharingOfHintsTest, SavedAndRestoredStatesBoundAlike) {
  run("P0 map p0 4 private write\nP0 write p0 1 0x01\nP0 collapse p0 4\n");
  const auto saved = bound_;
  use(model::HugeCow::copy);
  EXPECT_EQ(bound_.huge_seen(), 0);
  bound_.restore(model::Reference(model::World{}), saved.tokens(), saved.huge_seen());
  EXPECT_EQ(bound_.huge_seen(), saved.huge_seen());
  EXPECT_NE(saved.huge_seen(), 0);
}

TEST(FaultsOfHints, NoneCostsAFaultOrTakesAwayWhatWasReady) {
  model::Reference reference(model::World{});
  FaultBound faults(model::World{});
  const auto ops = model::parse(
                       "P0 map p0 4 private write\nP0 write p0 64 0x01\nP0 split p0 4\n"
                       "P0 collapse p0 4\nP0 migrate p0 4\nP0 compact\n")
                       .trace.ops;
  for (const auto& op : ops) {
    EXPECT_EQ(faults.faults_allowed(op), op.kind == model::Kind::write ? 4U : 0U);
    reference.perform(op);
    faults.follow(reference, op, model::Status::ok);
  }
  EXPECT_EQ(faults.faults_allowed(ops[1]), 0U);
}

TEST(FaultsOfHints, AMergeTakesWritePermissionFromAllThatIsAlike) {
  model::Reference reference(model::World{});
  FaultBound faults(model::World{});
  const auto ops = model::parse(
                       "P0 map p0 3 private write\nP0 write p0 1 0x01\nP0 write p1 1 0x01\n"
                       "P0 write p2 1 0x02\nP0 merge p1 2\n")
                       .trace.ops;
  for (const auto& op : ops) {
    reference.perform(op);
    faults.follow(reference, op, model::Status::ok);
  }
  EXPECT_EQ(faults.faults_allowed(ops[1]), 1U) << "out of the range";
  EXPECT_EQ(faults.faults_allowed(ops[2]), 1U);
  EXPECT_EQ(faults.faults_allowed(ops[3]), 0U);
}

}  // namespace
}  // namespace cow::props
