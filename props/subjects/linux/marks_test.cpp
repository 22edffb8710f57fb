#include "props/draw/draw.h"
#include "props/subjects/linux/linux_fixture.h"

// Pages that are given up, guarded or write-protected, on the running kernel. A reason why this one
// cannot do it skips a test.

namespace cow::props::live {
namespace {

const std::string map = "P0 map p0 2 private write\nP0 write p0 32 0x11\n";

TEST(GivenUp, APageIsDroppedByAPageoutAndReadsAsZeroes) {
  if (!Means::get().no_free.empty()) GTEST_SKIP() << Means::get().no_free;
  EXPECT_EQ(times("page given up dropped",
                  map + "P0 free p0 1\nP0 pageout p0 2\nP0 read p0 32\nP0 write p0 1 0x31\n"),
            1U);
  EXPECT_EQ(times("page given up dropped",
                  map + "P0 free p0 1\nP0 write p0 1 0x31\nP0 pageout p0 2\nP0 read p0 32\n"),
            0U);
}

TEST(GivenUp, AChildKeepsWhatItsParentDrops) {
  if (!Means::get().no_free.empty()) GTEST_SKIP() << Means::get().no_free;
  EXPECT_EQ(verdict(map + "P0 free p0 1\nP0 fork P1\nP1 write p0 1 0x41\nP0 pageout p0 2\n"
                          "P1 read p0 32\nP0 read p0 32\n"),
            "pass");
}

TEST(GivenUp, WrongAgentsAreCaught) {
  if (!Means::get().no_free.empty()) GTEST_SKIP() << Means::get().no_free;
  expect_caught(Wrong::drops_what_it_pages_out, map + "P0 pageout p0 1\n", "isolation");
  expect_caught(Wrong::frees_the_next_page, map + "P0 free p0 1\n", "isolation");
}

TEST(Guards, AreSeenInPagemap) {
  if (!Means::get().no_guards.empty()) GTEST_SKIP() << Means::get().no_guards;
  EXPECT_EQ(times("guard seen", map + "P0 guard p0 1\nP0 read p0 1\nP0 force-write p0 1 0x01\n"
                                      "P0 fork P1\nP1 read p0 1\nP1 unguard p0 2\n"
                                      "P1 write p0 1 0x51\nP0 remap p0 2 p8\nP0 read p8 1\n"),
            1U);
}

TEST(Guards, WrongAgentsAreCaught) {
  if (!Means::get().no_guards.empty()) GTEST_SKIP() << Means::get().no_guards;
  expect_caught(Wrong::ignores_guards, "P0 map p0 1 private write\nP0 guard p0 1\n", "permission");
  expect_caught(Wrong::keeps_under_guards, map + "P0 guard p0 1\nP0 unguard p0 1\n", "isolation");
}

TEST(WriteProtection, TrapsWhoeverWrites) {
  if (!Means::get().no_wp.empty()) GTEST_SKIP() << Means::get().no_wp;
  EXPECT_EQ(times("page trapping writes",
                  "world tiny cpus=2\n" + map +
                      "P0 wp p0 1\nP0@1 write p0 1 0x21\nP0 kernel-write p0 1 0x21\n"
                      "P0 kernel-write p0+1 1 0x21\nP0 kernel-write p0+2 1 0x21\n"
                      "P0 force-write p0 1 0x21\nP0 pin d0 p0 write\nP0 write p0+15 18 0x21\n"
                      "P0 fork P1\nP1 write p0 1 0x31\nP0 read p0 32\nP0 unwp p0 2\n"
                      "P0 write p0 1 0x41\n"),
            1U);
}

TEST(WriteProtection, IsOfPagesThatWereNeverTouchedToo) {
  if (!Means::get().no_wp.empty()) GTEST_SKIP() << Means::get().no_wp;
  EXPECT_EQ(verdict("P0 map p0 1 private write\nP0 wp p0 1\nP0 write p0 1 0x21\nP0 read p0 1\n"
                    "P0 dontneed p0 1\nP0 write p0 1 0x21\n"),
            "pass");
}

/// As before Linux 6.4: pages are touched first.
TEST(WriteProtection, OfAnOlderLinuxIsTheSame) {
  if (!Means::get().no_wp.empty()) GTEST_SKIP() << Means::get().no_wp;
  const live::Setup older{.image = agent_image(), .populates = true};
  EXPECT_EQ(verdict("P0 map p0 2 private write\nP0 wp p0 1\nP0 write p0 1 0x21\nP0 fork P1\n"
                    "P1 write p0 1 0x31\nP0 read p0 1\nP0 protect p1 1 none\nP0 wp p1 1\n"
                    "P0 protect p1 1 write\nP0 dontneed p0 1\nP0 write p0 1 0x21\n"
                    "P0 wp p0 1\nP0 write p0 1 0x31\n",
                    older),
            "pass");
  const model::World world;
  const auto session = open_linux(world, older);
  Draw draw(world, 7, known_kinds(*session));
  for (int trace = 0; trace < 20; ++trace) {
    session->reset();
    for (int i = 0; i < 60 && session->reference().living() > 0; ++i) {
      const auto op = draw.next(session->reference());
      if (session->supports(op)) ASSERT_TRUE(session->step(op)) << model::print(op);
    }
  }
  EXPECT_GT(session->census().succeeded(model::Kind::wp), 0U);
}

/// Linux moves areas that userfaultfd has one by one, and refuses several behind the first.
TEST(WriteProtection, PagesMoveOutOfIt) {
  if (!Means::get().no_wp.empty()) GTEST_SKIP() << Means::get().no_wp;
  EXPECT_EQ(verdict(map + "P0 wp p1 1\nP0 remap p0 2 p4\nP0 write p4 32 0x21\n"), "pass");
}

TEST(WriteProtection, AnAgentThatIgnoresItIsCaught) {
  if (!Means::get().no_wp.empty()) GTEST_SKIP() << Means::get().no_wp;
  expect_caught(Wrong::ignores_wp, map + "P0 wp p0 1\n", "permission");
}

TEST(Unwritten, PagesCountAsSuchUntilTheyAreWritten) {
  if (!Means::get().no_marks.empty()) GTEST_SKIP() << Means::get().no_marks;
  EXPECT_EQ(times("page not written since",
                  map + "P0 clear-refs p0 2\nP0 write p0 1 0x21\nP0 kernel-write p1 1 0x21\n"),
            2U);
}

TEST(Unwritten, AnAgentThatHidesWritesIsCaught) {
  if (!Means::get().no_marks.empty()) GTEST_SKIP() << Means::get().no_marks;
  expect_caught(Wrong::hides_writes, map + "P0 clear-refs p0 2\nP0 write p0 1 0x21\n", "accounted");
}

/// One descriptor of userfaultfd traps writes or notes them.
TEST(Unwritten, AProcessThatTrapsWritesIsNotAsked) {
  const auto trace = model::parse(map + "P0 wp p0 1\n").trace;
  if (!Means::get().no_wp.empty()) GTEST_SKIP() << Means::get().no_wp;
  const auto session = open_linux(trace.world, {agent_image()});
  for (const auto& op : trace.ops) ASSERT_TRUE(session->step(op));
  EXPECT_FALSE(session->supports({.kind = model::Kind::clear_refs, .page = 0, .count = 1}));
  EXPECT_TRUE(session->supports({.kind = model::Kind::unwp, .page = 0, .count = 1}));
}

TEST(Program, TrapsWritesAsTheSubjectDoes) {
  if (!Means::get().no_wp.empty()) GTEST_SKIP() << Means::get().no_wp;
  const auto text = map +
                    "P0 wp p0 1\nP0 write p0 1 0x21\nP0 kernel-write p0 1 0x21\nP0 fork P1\n"
                    "P1 write p0 1 0x31\nP0 unwp p0 1\nP0 write p0 1 0x41\n"
                    "P0 wp p1 1\nP0 remap p0 2 p4\nP0 write p4 32 0x51\n";
  EXPECT_EQ(run_program(text), 0);
  EXPECT_EQ(run_program(text, "TRAPS, 1", "TRAPS, 0"), 1);
}

TEST(Program, LooksAtTheEndWhatCountsAsWritten) {
  if (!Means::get().no_marks.empty()) GTEST_SKIP() << Means::get().no_marks;
  const auto text = map + "P0 clear-refs p0 2\nP0 write p0 1 0x21\n";
  EXPECT_EQ(run_program(text), 0);
  EXPECT_EQ(run_program(text, "counts_as_written(0)", "counts_as_written(1)"), 1);
}

}  // namespace
}  // namespace cow::props::live
