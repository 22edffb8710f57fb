#include <gtest/gtest.h>

#include "props/lockstep/sharing_bound_fixture.h"

namespace cow::props {
namespace {

TEST_F(SharingBoundTest, APinGivesAFrameOfItsOwn) {
  run("P0 map p0 2 private write\n");
  EXPECT_EQ(copies("P0 pin d0 p0 read\n"), 0U) << "nobody shares it";
  run("P0 pin d0 p0 read\n");
  EXPECT_EQ(frames(), 1U);
  run("P0 write p1 1 0x01\nP0 fork P1\n");
  EXPECT_EQ(copies("P0 pin d1 p1 read\n"), 1U) << "a device must not look at what is shared";
  EXPECT_EQ(copies("P1 pin d0 p1 write\n"), 1U);
  run("P0 pin d1 p1 read\n");
  EXPECT_EQ(copies("P0 write p1 1 0x01\n"), 0U);
  EXPECT_EQ(copies("P1 write p1 1 0x01\n"), 0U) << "the last sharer";
}

TEST_F(SharingBoundTest, APinThatIsRefusedCostsNothing) {
  run("P0 map p0 1 private read\nP0 read p0 1\nP0 fork P1\n");
  EXPECT_EQ(copies("P0 pin d0 p0 write\n"), 0U);
  EXPECT_EQ(copies("P0 pin d0 p0 read\n"), 1U);
  run("P0 pin d0 p0 read\n");
  EXPECT_EQ(copies("P0 pin d0 p0 read\n"), 0U) << "it is held";
}

TEST_F(SharingBoundTest, ForkCopiesWhatIsPinned) {
  run("P0 map p0 4 private write\nP0 write p0 64 0x01\nP0 pin d0 p0 write\n"
      "P0 pin d1 p1 read\n");
  EXPECT_EQ(copies("P0 fork P1\n"), 2U);
  EXPECT_EQ(copies("P0 fork P0\n"), 0U) << "refused";
  run("P0 fork P1\n");
  EXPECT_EQ(frames(), 6U);
  EXPECT_EQ(copies("P0 write p0 64 0x01\n"), 2U);
  EXPECT_EQ(copies("P1 write p0 32 0x01\n"), 0U) << "it has copies";
  EXPECT_EQ(copies("P1 fork P2\n"), 0U) << "pins are not inherited";
  run("P0 unpin d0\nP0 advise p1 1 dontfork\n");
  EXPECT_EQ(copies("P0 fork P2\n"), 0U);
}

TEST_F(SharingBoundTest, APinKeepsItsFrame) {
  run("P0 map p0 3 private write\nP0 write p0 48 0x01\nP0 pin d0 p0 read\nP0 pin d1 p1 read\n");
  EXPECT_EQ(frames(), 3U);
  run("P0 unmap p0 1\nP0 dontneed p1 2\n");
  EXPECT_EQ(frames(), 2U) << "what the pins hold";
  EXPECT_EQ(bound_.frames_allowed(true), 4U) << "and a frame for each page";
  run("P0 write p1 1 0x01\n");
  EXPECT_EQ(frames(), 3U);
  run("P0 unpin d0\n");
  EXPECT_EQ(frames(), 2U);
  run("P0 exec\n");
  EXPECT_EQ(frames(), 0U);
  EXPECT_EQ(bound_.frames_allowed(true), 0U);
}

TEST_F(SharingBoundTest, TwoPinsOfAPageHoldOneFrame) {
  run("P0 map p0 1 private write\nP0 pin d0 p0 read\nP0 pin d1 p0 write\nP0 unmap p0 1\n");
  EXPECT_EQ(frames(), 1U);
  run("P0 unpin d1\n");
  EXPECT_EQ(frames(), 1U);
  run("P0 exit\n");
  EXPECT_EQ(frames(), 0U);
}

TEST_F(SharingBoundTest, APinOfASharedPageKeepsAFrame) {
  run("P0 map p0 4 shared write\nP0 write p0 64 0x01\nP0 pin d0 p0 read\nP0 unmap p0 4\n");
  EXPECT_EQ(frames(), 1U);
  run("P0 unpin d0\n");
  EXPECT_EQ(frames(), 0U);
}

TEST_F(SharingBoundTest, RemapMovesAndAdviceIsFollowed) {
  run("P0 map p0 4 private write\nP0 write p0 64 0x01\nP0 fork P1\nP0 remap p0 2 p8\n");
  EXPECT_EQ(frames(), 4U);
  EXPECT_EQ(copies("P0 write p8 32 0x01\n"), 2U) << "they are shared still";
  run("P0 write p8 1 0x01\nP0 dontneed p9 1\n");
  EXPECT_EQ(frames(), 5U);
  EXPECT_EQ(copies("P1 write p0 32 0x01\n"), 0U);
  run("P0 advise p2 1 dontfork\nP0 advise p3 1 wipeonfork\nP0 fork P2\n");
  EXPECT_EQ(frames(), 5U);
  EXPECT_EQ(copies("P2 write p8 1 0x01\n"), 1U);
  run("P2 write p3 1 0x01\n");
  EXPECT_EQ(frames(), 6U) << "p3 had no frame";
}

TEST_F(SharingBoundTest, ComesBackToAStateWithPins) {
  run("P0 map p0 2 private write\nP0 pin d0 p0 read\nP0 pin d1 p1 read\nP0 unmap p0 1\n");
  const SharingBound saved = bound_;
  bound_.restore(reference_, saved.tokens(), saved.huge_seen());
  EXPECT_EQ(frames(), 2U);
  EXPECT_EQ(bound_.frames_allowed(true), saved.frames_allowed(true));
  run("P0 unpin d0\n");
  EXPECT_EQ(frames(), 1U);
  run("P0 exit\n");
  EXPECT_EQ(frames(), 0U);
}

}  // namespace
}  // namespace cow::props
