#include "props/race/toys.h"

#include <gtest/gtest.h>

#include "props/race/choosers.h"
#include "props/race/explore.h"

namespace cow::props::race {
namespace {

Report expect_pass(Program&& program) {
  const auto report = explore_all(program);
  EXPECT_EQ(report.outcome, Outcome::pass) << report.failure.text << report.bound;
  return report;
}

/// Fails in this way, and its smallest schedule has so many preemptions.
Smallest expect_failure(Program&& program, Wrong wrong, unsigned fewest) {
  const auto report = explore_all(program);
  EXPECT_EQ(report.outcome, Outcome::fail);
  EXPECT_EQ(report.failure.wrong, wrong) << name(report.failure.wrong);
  const auto smallest = shrink(program, report.schedule, report.failure);
  EXPECT_TRUE(smallest.minimal);
  EXPECT_EQ(smallest.preemptions, fewest);
  EXPECT_EQ(preemptions(program, smallest.schedule), fewest);
  Scheduler scheduler(program);
  const auto& again = replay(scheduler, smallest.schedule);
  EXPECT_TRUE(again.failure && again.failure->same_bug(report.failure)) << "does not replay";
  return smallest;
}

TEST(Toys, CountersAreRightWhenTheyAreAtomicOrLocked) {
  EXPECT_EQ(expect_pass(toys::Counter<true>()).executions, 2U);
  const auto four = expect_pass(toys::Counter<true, 4>());
  EXPECT_EQ(four.executions - four.cut, 24U) << "4! orders";
  EXPECT_EQ(expect_pass(toys::LockedCounter()).executions, 2U);
}

TEST(Toys, ALoadAndAStoreLoseAnIncrementWithOnePreemption) {
  const auto smallest = expect_failure(toys::Counter<false>(), Wrong::judged, 1);
  EXPECT_EQ(smallest.schedule, (Schedule{0, 0, 1})) << "begin, load; then the other";
  EXPECT_EQ(smallest.failure.text, "an increment was lost");
  expect_failure(toys::Counter<false, 3>(), Wrong::judged, 1);
}

TEST(Toys, OppositeLocksDeadlock) {
  const auto smallest = expect_failure(toys::TwoLocks<true>(), Wrong::lock_order, 0);
  EXPECT_EQ(smallest.failure.wrong, Wrong::lock_order) << "seen even where it does not happen";
  expect_pass(toys::TwoLocks<false>());
  expect_failure(toys::TwoLocks<true, true>(), Wrong::lock_order, 0);
}

/// The deadlock itself, which the order shows before it happens.
TEST(Toys, ADeadlockIsFoundAndTakesOnePreemption) {
  toys::TwoLocks<true> program;
  Limits limits;
  limits.only = Failure{Wrong::deadlock, 0, ""};
  EXPECT_EQ(explore_bounded(program, 0, limits).outcome, Outcome::unknown);
  const auto report = explore_bounded(program, 1, limits);
  ASSERT_EQ(report.outcome, Outcome::fail);
  EXPECT_EQ(report.failure.text, "A waits: lock 1, B waits: lock 0");
  EXPECT_EQ(explore_all(program, limits).outcome, Outcome::fail);
}

TEST(Toys, ASpinLoopThatNeverEndsIsALivelock) {
  expect_pass(toys::Flag<true>());
  const auto smallest = expect_failure(toys::Flag<false>(), Wrong::livelock, 0);
  EXPECT_EQ(smallest.failure.text, "B waits: spin on 0");
  expect_failure(toys::Endless(), Wrong::livelock, 0);
}

TEST(Toys, PetersonExcludesAndHisFlagComesFirst) {
  expect_pass(toys::Peterson<true>());
  expect_failure(toys::Peterson<false>(), Wrong::judged, 2);
}

TEST(Toys, AShootdownMaySpareCpusThatDoNotKnowTheProcess) {
  expect_pass(toys::Shootdown<true, true>());
  expect_failure(toys::Shootdown<false, true>(), Wrong::judged, 1);
  expect_failure(toys::Shootdown<true, false>(), Wrong::judged, 2);
}

TEST(Toys, AStackThatTakesThreeTasksToBreakIsBrokenByNoTwo) {
  using Stack = toys::Stack<false>;
  using enum Stack::Does;
  for (const auto one : {borrows, takes}) {
    for (const auto other : {borrows, takes}) expect_pass(Stack({one, other}));
  }
  expect_failure(Stack({takes, borrows, takes}), Wrong::judged, 2);
  Stack three({takes, borrows, takes});
  EXPECT_EQ(explore_bounded(three, 2).outcome, Outcome::fail);
  expect_pass(toys::Stack<true>({toys::Stack<true>::Does::takes, toys::Stack<true>::Does::borrows,
                                 toys::Stack<true>::Does::takes}));
}

TEST(Toys, ABoundThatIsReachedIsSaid) {
  toys::Peterson<true> program;
  EXPECT_EQ(explore_bounded(program, 1).bound, "preemptions");
  EXPECT_EQ(explore_bounded(program, 100).outcome, Outcome::pass) << "more than there can be";
  Limits limits;
  limits.executions = 3;
  const auto report = explore_all(program, limits);
  EXPECT_EQ(report.outcome, Outcome::unknown);
  EXPECT_EQ(report.bound, "schedules");
  limits = {};
  limits.time = std::chrono::milliseconds(0);
  EXPECT_EQ(explore_pct(program, 1, 2, limits).bound, "time");
}

TEST(Toys, RandomPrioritiesFindWhatIsWrongAndRepeat) {
  toys::Counter<false> lost;
  Limits limits;
  limits.executions = 1000;
  const auto first = explore_pct(lost, 7, 1, limits);
  ASSERT_EQ(first.outcome, Outcome::fail);
  EXPECT_EQ(explore_pct(lost, 7, 1, limits).schedule, first.schedule);
  toys::Peterson<false> peterson;
  EXPECT_EQ(explore_pct(peterson, 1, 2, limits).outcome, Outcome::fail);
  toys::Counter<true> right;
  EXPECT_EQ(explore_pct(right, 1, 2, limits).outcome, Outcome::unknown) << "never a pass";
}

/// A program that does something else each time cannot be explored.
struct Fickle : toys::Counter<true> {
  void run(unsigned task, Scheduler& scheduler) override {
    if (++runs_ % 3 == 0) lock(0), unlock(0);
    Counter::run(task, scheduler);
  }
  int runs_ = 0;
};

TEST(Toys, AProgramThatDoesNotRepeatIsRefused) {
  Fickle program;
  EXPECT_THROW(explore_all(program, {}, Reduction::none), std::logic_error);
}

}  // namespace
}  // namespace cow::props::race
