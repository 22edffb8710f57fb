#include "props/race/race.h"

#include <algorithm>
#include <gtest/gtest.h>
#include <set>

#include "model/trace_text.h"

namespace cow::props::race {
namespace {

TEST(Pairs, EveryKindMeetsEveryKindOnEveryStartState) {
  std::set<std::pair<model::Kind, model::Kind>> met;
  for (const auto& [a, b] : all_pairs()) {
    const auto cases = cases_of(a, b);
    for (const auto& state : start_states()) {
      const auto meets = [&](const PairCase& one) {
        const auto& tasks = one.what.tasks;
        return one.name.starts_with(state.name) &&
               std::minmax(tasks[0][0].kind, tasks[1][0].kind) == std::minmax(a, b);
      };
      EXPECT_TRUE(std::ranges::any_of(cases, meets))
          << model::name(a) << ", " << model::name(b) << " on " << state.name;
    }
    met.emplace(a, b);
    met.emplace(b, a);
  }
  EXPECT_EQ(met.size(), static_cast<std::size_t>(model::kind_count * model::kind_count));
}

/// A new kind has to say in pairs.cpp what it tries.
TEST(Pairs, EveryKindHasInstances) {
  for (int i = 0; i < model::kind_count; ++i) {
    const auto kind = static_cast<model::Kind>(i);
    for (const bool second : {false, true}) {
      const auto ops = instances(kind, 0, second);
      ASSERT_FALSE(ops.empty()) << model::name(kind);
      for (const auto& op : ops) EXPECT_EQ(op.kind, kind);
    }
  }
}

TEST(Pairs, EveryStartStateIsReached) {
  for (const auto& one : cases_of(model::Kind::write, model::Kind::write)) {
    model::Reference reference(one.what.world);
    for (const auto& op : one.what.before) {
      EXPECT_EQ(reference.perform(op).status, model::Status::ok)
          << one.name << ": " << model::print(op);
    }
  }
}

TEST(Race, EveryScheduleOfEveryPairHoldsOnTheShippedKernel) {
  std::uint64_t schedules = 0;
  for (const auto& [a, b] : all_pairs()) {
    const auto result = race_pair("embedded", a, b, {});
    EXPECT_EQ(result.outcome, Outcome::pass)
        << model::name(a) << ", " << model::name(b) << ": " << result.bound << result.failing
        << ": " << result.found.failure.text;
    EXPECT_GT(result.succeeded, 0U) << "never did both succeed";
    EXPECT_LT(result.seconds, 60);
    schedules += result.executions;
  }
  EXPECT_GT(schedules, 100'000U);
}

/// Memory as it is at the end of every schedule.
std::set<std::string> final_states(const Case& what, bool reduced) {
  const auto program = open_race("embedded", what);
  std::set<std::string> states;
  Limits limits;
  limits.watch = [&](const Execution& run) {
    if (!run.was_cut) states.insert(program->state());
  };
  const auto report = reduced ? explore_all(*program, limits)
                              : explore_bounded(*program, 2, limits, Reduction::preemptions);
  EXPECT_NE(report.outcome, Outcome::fail) << report.failure.text;
  EXPECT_TRUE(report.bound.empty() || report.bound == "preemptions") << report.bound;
  return states;
}

/// What SteppedMachine names is all that is shared: whatever two preemptions can lead to without
/// reduction, byte for byte, the reduction finds too. One case in `stride` of every pair.
void expect_no_state_is_lost(std::size_t stride) {
  std::size_t compared = 0, states = 0;
  for (const auto& [a, b] : all_pairs()) {
    const auto cases = cases_of(a, b);
    for (std::size_t i = compared % cases.size() % stride; i < cases.size(); i += stride) {
      auto what = cases[i].what;
      for (auto& task : what.tasks) task.resize(1);
      const auto some = final_states(what, true), all = final_states(what, false);
      EXPECT_TRUE(std::ranges::includes(some, all))
          << model::name(a) << ", " << model::name(b) << ": " << cases[i].name;
      states += all.size();
      ++compared;
    }
  }
  EXPECT_GT(compared, 100U);
  // Hints, and what is refused on a start state, commute with nearly all: of these are most kinds.
  EXPECT_GT(3 * states, 4 * compared) << "the order often shows";
}

TEST(Race, TheReductionLosesNoStateOfTheMachine) { expect_no_state_is_lost(100); }

TEST(NightlyRace, TheReductionLosesNoStateOfTheMachineInMoreCases) { expect_no_state_is_lost(7); }

TEST(Race, TheSameSeedTakesTheSameWay) {
  const auto what = cases_of(model::Kind::write, model::Kind::fork).front().what;
  Plan plan;
  plan.engine = Plan::Engine::pct;
  plan.limits.executions = 500;
  const auto steps = [&](std::uint64_t seed) {
    plan.seed = seed;
    return search(*open_race("embedded", what), plan).steps;
  };
  EXPECT_EQ(steps(3), steps(3));
  EXPECT_NE(steps(3), steps(4));
}

}  // namespace
}  // namespace cow::props::race
