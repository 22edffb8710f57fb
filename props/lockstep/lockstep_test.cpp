#include "props/lockstep/lockstep.h"

#include <gtest/gtest.h>

#include "model/trace_text.h"
#include "props/draw/draw.h"
#include "props/lockstep/canaries.h"

namespace cow::props {
namespace {

using namespace canary;

template <class S>
std::optional<Failure> check(std::string_view text) {
  const auto trace = model::parse(text).trace;
  Lockstep<S> session(trace.world, trace.world);
  return check_trace(session, trace);
}

/// "law at index: text" of the failure, or "pass".
template <class S>
std::string verdict(std::string_view text) {
  const auto failure = check<S>(text);
  if (!failure) return "pass";
  EXPECT_EQ(failure->law, failure->findings.at(0).law);
  EXPECT_EQ(failure->manner, Manner::law);
  return std::string(kernel::name(failure->law)) + " at " + std::to_string(failure->index) + ": " +
         failure->findings[0].text;
}

constexpr std::string_view family =
    "P0 map p0 2 private write\nP0 write p0+2 1 0x11\nP0 fork P1\nP1 write p0+2 1 0x22\n"
    "P0 read p0 4\nP0 read p1 4\n";

TEST(Lockstep, PassesWhatIsRight) {
  EXPECT_EQ(verdict<Correct>(family), "pass");
  EXPECT_EQ(verdict<Blind>(family), "pass");
}

template <class S>
void expect_drawn_traces_pass(int traces) {
  for (int i = 0; i < traces; ++i) {
    const auto seed = seed_of(7, static_cast<std::uint64_t>(i));
    const auto world = draw_world(model::World{}, seed);
    Lockstep<S> session(world, world);
    Draw draw(world, seed);
    for (int n = 0; n < 50 && session.reference().living() > 0; ++n) {
      const Op op = draw.next(session.reference());
      ASSERT_TRUE(session.step(op)) << session.failure().findings[0].text;
    }
    ASSERT_TRUE(session.look_at_everything()) << session.failure().findings[0].text;
  }
}

TEST(Lockstep, PassesWhatIsRightOnDrawnTraces) {
  expect_drawn_traces_pass<Correct>(100);
  expect_drawn_traces_pass<Blind>(100);
  expect_drawn_traces_pass<RefusesHonestly>(100);
}

TEST(Lockstep, FindsAWrongStatus) {
  EXPECT_EQ(verdict<ForksTheBusy>("P0 fork P1\nP0 fork P1\n"),
            "permission at 1: answered ok, expected busy");
}

TEST(Lockstep, FindsWrongBytesInAnAnswer) {
  EXPECT_EQ(verdict<ReadsWrong<Correct>>(family),
            "isolation at 4: P0 read wrong bytes, at byte 3: 80, expected 00");
  EXPECT_EQ(verdict<ReadsShort<Correct>>(family), "permission at 4: read 3 bytes, expected 4");
}

TEST(Lockstep, WrongBytesOfAPageThatNobodyWroteAreADisclosure) {
  EXPECT_EQ(verdict<ReadsWrong<Correct>>("P0 map p0 2 private write\nP0 read p1 4\n"),
            "no-disclosure at 1: P0 read wrong bytes, at byte 3: 80, expected 00");
  EXPECT_EQ(verdict<ShowsOldBytes>("P0 map p0 2 private write\nP0 read p1 1\n"),
            "no-disclosure at 1: P0 now sees p0 differ at byte 2: a5 00 00 00 00 00 00 00, "
            "expected 00 00 00 00 00 00 00 00");
}

TEST(Lockstep, JudgesWrongBytesByTheirPage) {
  const std::string start = "P0 map p0 2 private write\n";
  EXPECT_EQ(verdict<ReadsWrong<Correct>>(start + "P0 write p0 1 0x01\nP0 read p0+15 2\n"),
            "no-disclosure at 2: P0 read wrong bytes, at byte 1: 80, expected 00");
  EXPECT_EQ(verdict<ReadsWrong<Correct>>(start + "P0 write p1 1 0x01\nP0 read p0+15 2\n"),
            "isolation at 2: P0 read wrong bytes, at byte 1: 81, expected 01");
}

TEST(Lockstep, FindsAnotherProcessesBytesChanged) {
  EXPECT_EQ(verdict<WritesToTheParent<Correct>>(family),
            "isolation at 3: P0, which did nothing, now sees p0 differ at byte 2: "
            "22 00 00 00 00 00 00 00, expected 11 00 00 00 00 00 00 00");
}

TEST(Lockstep, FindsAWrongMapping) {
  EXPECT_EQ(verdict<ShowsOldAccess>("P0 map p0 1 private write\nP0 protect p0 1 read\n"),
            "permission at 1: P0 p0 is mapped for write, expected mapped for read");
}

TEST(Lockstep, FindsThatARefusalChangedSomething) {
  EXPECT_EQ(verdict<RefusesHonestly>("P0 map p0 1 private write oom@1\n"), "pass");
  EXPECT_EQ(verdict<RefusesAndDoesIt>("P0 map p0 1 private write oom@1\n"),
            "refused-unchanged at 0: P0 p0 is mapped for write, expected not mapped");
  EXPECT_EQ(verdict<RefusesAndDoesIt>("P0 map p0 1 private write\nP0 write p0 1 0x07 oom@1\n"),
            "refused-unchanged at 1: P0 now sees p0 differ at byte 0: "
            "07 00 00 00 00 00 00 00, expected 00 00 00 00 00 00 00 00");
}

TEST(Lockstep, FindsANeedlessNoMemory) {
  EXPECT_EQ(verdict<RefusesForNothing>("P0 fork P1\n"),
            "frugal at 0: no-memory was answered, but no allocation had failed");
}

TEST(Lockstep, FindsThatNoProgressWasMade) {
  EXPECT_EQ(verdict<MakesNoProgress>(family), "progress at 1: made no progress, or no sense");
}

TEST(Lockstep, FindsNeedlessCosts) {
  EXPECT_EQ(verdict<AlwaysCopies>(family), "frugal at 1: 1 pages copied, where 0 suffice");
  EXPECT_EQ(verdict<FaultsTwice>(family), "frugal at 1: 2 page faults, where 1 suffice");
  EXPECT_EQ(verdict<TakesFramesEarly>(family),
            "frugal at 0: 2 data frames in use, where 0 suffice");
}

TEST(Lockstep, AllowsACopyWhereAPageIsShared) {
  EXPECT_EQ(verdict<AlwaysCopies>("P0 map p0 1 private write\nP0 read p0 1\nP0 fork P1\n"
                                  "P1 write p0 1 0x01\nP0 write p0 1 0x02\n"),
            "frugal at 4: 1 pages copied, where 0 suffice");
}

TEST(Lockstep, FindsALeakAtTheEnd) {
  const auto trace = model::parse("P0 fork P1\nP0 exit\n").trace;
  EXPECT_EQ(verdict<Leaks>("P0 fork P1\nP0 exit\n"),
            "no-leak at 2: every process has exited, but 1 frames are not free");
  EXPECT_EQ(verdict<LeaksASlot>("P0 fork P1\nP0 exit\n"),
            "no-leak at 2: every process has exited, but 1 slots of swap are not free");
  Lockstep<Leaks> session(trace.world, trace.world);
  model::Trace run = trace;
  const auto failure = run_trace(session, run);
  ASSERT_TRUE(failure);
  EXPECT_EQ(model::print(run.ops.at(failure->index)), "P1 exit") << "appended to the trace";
  EXPECT_EQ(failure->op, run.ops.back());
}

TEST(Lockstep, NamesTheFailureAfterTheFirstBrokenLaw) {
  const auto failure = check<FindsLaws>("P0 exec\nP0 fork P0\n");
  ASSERT_TRUE(failure);
  EXPECT_EQ(failure->law, Law::no_dangling);
  EXPECT_EQ(failure->index, 1U);
  std::string order;
  for (const auto& finding : failure->findings) order += finding.text + "; ";
  EXPECT_EQ(order, "b; answered ok, expected busy; a; c; ") << "the others as they were found";
}

TEST(Lockstep, LeavesOutWhatASubjectCannotDo) {
  EXPECT_EQ(verdict<CannotExec>("P0 map p0 1 private write\nP0 exec\nP0 map p1 1 private read\n"),
            "pass");
  const auto trace = model::parse("P0 exec\nP0 fork P1\n").trace;
  Lockstep<CannotExec> session(trace.world, trace.world);
  EXPECT_FALSE(check_trace(session, trace));
  EXPECT_EQ(session.census().total(), 3U) << "the fork and two exits at the end";
  EXPECT_FALSE(session.supports(trace.ops[0]));
}

// Subjects that cannot show their pages are read through `perform`.

TEST(BlindLockstep, FindsAnotherProcessesBytesChangedAtTheWrite) {
  EXPECT_EQ(verdict<WritesToTheParent<Blind>>(family),
            "isolation at 3: P0, which did nothing, now sees p0 differ at byte 2: "
            "22 00 00 00 00 00 00 00, expected 11 00 00 00 00 00 00 00");
}

TEST(BlindLockstep, FindsWhatNoWriteTouchedAtTheEnd) {
  EXPECT_EQ(verdict<KeepsUnmapped>("P0 map p0 1 private write\nP0 unmap p0 1\nP0 fork P1\n"),
            "permission at 2: P0 reading p0 answers ok, expected segfault");
}

TEST(BlindLockstep, NamesADisclosureAtTheEnd) {
  EXPECT_EQ(verdict<ReadsWrong<Blind>>("P0 map p0 1 private read\nP0 map p1 1 private write\n"),
            "no-disclosure at 1: P0 now sees p0 differ at byte 15: 80, expected 00");
}

TEST(BlindLockstep, FindsAnAnswerOfTheWrongLength) {
  EXPECT_EQ(verdict<ReadsShort<Blind>>("P0 map p0 1 private write\nP0 write p0 1 0x01\n"),
            "permission at 1: read 15 bytes, expected 16");
}

}  // namespace
}  // namespace cow::props
