#include "props/race/triples.h"

#include <algorithm>
#include <gtest/gtest.h>
#include <set>

#include "model/reference.h"
#include "model/trace_text.h"
#include "props/race/race.h"

namespace cow::props::race {
namespace {

TEST(Triples, EveryKindIsTheThirdOfEveryPairOnEveryStartState) {
  std::set<std::string> met;
  for (const auto& kinds : all_triples()) {
    for (const auto& one : cases_of(kinds)) {
      ASSERT_EQ(one.what.tasks.size(), 3U);
      auto first = one.what.tasks[0][0].kind, second = one.what.tasks[1][0].kind;
      if (second < first) std::swap(first, second);
      met.insert(one.name + " " + std::string(model::name(first)) + " " +
                 std::string(model::name(second)) + " " +
                 std::string(model::name(one.what.tasks[2][0].kind)));
    }
  }
  const auto kinds = static_cast<std::size_t>(model::kind_count);
  EXPECT_EQ(met.size(), triple_states().size() * (kinds * (kinds + 1) / 2) * kinds);
}

TEST(Triples, EveryStartStateIsReachedAndHasItsActors) {
  const Kinds reads(3, model::Kind::read);
  ASSERT_EQ(cases_of(reads).size(), triple_states().size());
  for (const auto& one : cases_of(reads)) {
    model::Reference reference(one.what.world);
    for (const auto& op : one.what.before) {
      EXPECT_EQ(reference.perform(op).status, model::Status::ok)
          << one.name << ": " << model::print(op);
    }
    for (const auto& task : one.what.tasks) {
      EXPECT_TRUE(reference.alive(task[0].proc)) << one.name;
      EXPECT_EQ(task[0].cpu, &task - one.what.tasks.data()) << one.name;
    }
  }
}

TEST(Triples, TheSampleHoldsOnTheShippedKernelWithinSeconds) {
  const auto result = race_sample("embedded", {});
  EXPECT_EQ(result.outcome, Outcome::pass) << result.bound << result.failing;
  EXPECT_EQ(result.cases, all_triples().size());
  EXPECT_LT(result.bounded, result.cases) << "some are searched whole";
  EXPECT_GT(result.succeeded, result.executions / 10);
  EXPECT_LT(result.seconds, 60);
}

/// One triple as `race --triples` does them all.
TEST(Triples, ATripleHoldsOnTheShippedKernel) {
  Plan plan;
  plan.most = 500;
  plan.preemptions = 1;
  const Kinds kinds = {model::Kind::write, model::Kind::write, model::Kind::unmap};
  const auto result = race_triple("embedded", kinds, plan);
  EXPECT_EQ(result.outcome, Outcome::pass) << result.failing << result.found.failure.text;
  EXPECT_GT(result.bounded, 0U);
  EXPECT_LT(result.bounded, result.cases);
  plan.limits.executions = 10;
  EXPECT_EQ(race_triple("embedded", kinds, plan).outcome, Outcome::unknown);
}

/// Once a first touch by a reader put the page there first and its mark a step later. A writer that
/// looked in between, without the table's lock, found no mark, and its fault granted the write.
TEST(Triples, AWriterNeverFindsAMarkedPageWithoutItsMark) {
  Plan plan;
  plan.most = 500;
  plan.preemptions = 2;
  const Kinds kinds = {model::Kind::write, model::Kind::kernel_read, model::Kind::wp};
  const auto result = race_triple("embedded", kinds, plan);
  EXPECT_EQ(result.outcome, Outcome::pass) << result.failing << result.found.failure.text;
}

/// The museum's lock-race: with two CPUs nobody is left inside when the lock opens too early.
TEST(Triples, ABugThatTakesThreeCpusIsFoundByNoPair) {
  using enum model::Kind;
  constexpr std::array kinds_of_the_space = {map, unmap, protect, read, write, fork, exit};
  const auto tried = [&](model::Kind kind) {
    return std::ranges::count(kinds_of_the_space, kind) > 0;  // all 300 pairs take four minutes
  };
  for (const auto& [a, b] : all_pairs()) {
    if (!tried(a) || !tried(b)) continue;
    const auto result = race_pair("museum:lock-race", a, b, {});
    EXPECT_EQ(result.outcome, Outcome::pass)
        << model::name(a) << ", " << model::name(b) << result.bound << result.found.failure.text;
  }
  EXPECT_EQ(race_sample("museum:lock-race", {}).outcome, Outcome::fail);
  const Kinds kinds = {model::Kind::read, model::Kind::read, model::Kind::unmap};
  EXPECT_EQ(race_triple("museum:lock-race", kinds, {}).outcome, Outcome::fail);
}

}  // namespace
}  // namespace cow::props::race
