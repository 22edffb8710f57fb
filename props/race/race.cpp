#include "props/race/race.h"

#include <algorithm>

#include "props/draw/random.h"

namespace cow::props::race {

namespace {

using Clock = std::chrono::steady_clock;

bool all_succeeded(const History& history) {
  return std::ranges::all_of(history, [](const std::vector<Call>& calls) {
    return std::ranges::all_of(calls, [](const Call& c) { return c.status == model::Status::ok; });
  });
}

/// The plan for one case. Of the time that is left a quarter: few cases need much. Random schedules
/// never end by themselves, so the cases take turns.
Plan plan_of(const Plan& plan, std::uint64_t turn, Clock::time_point end) {
  using std::chrono::milliseconds;
  constexpr std::uint64_t random_schedules = 100;
  auto share = plan;
  const auto quarter = std::chrono::duration_cast<milliseconds>((end - Clock::now()) / 4);
  share.limits.time = std::max(milliseconds(1), quarter);
  if (plan.engine == Plan::Engine::pct) {
    share.limits.executions = std::min(plan.limits.executions, random_schedules);
    share.seed = seed_of(plan.seed, turn);
  }
  return share;
}

void race_case(const std::string& subject, const PairCase& one, Plan plan, RaceResult& result) {
  const auto program = open_race(subject, one.what);
  plan.limits.watch = [&](const Execution& run) {
    if (!run.was_cut && !run.failure && all_succeeded(program->history())) ++result.succeeded;
  };
  const auto report = search(*program, plan);
  result.executions += report.executions;
  if (report.outcome == Outcome::pass) return;
  result.bounded += report.bound == "preemptions" ? 1U : 0U;
  result.outcome = report.outcome;
  if (result.bound.empty() || report.bound != "preemptions") result.bound = report.bound;
  if (report.outcome == Outcome::unknown) return;
  result.failing = one.name;
  result.found = shrink_case(subject, one.what, report);
}

/// All cases in turn, until one fails.
void race_cases(const std::string& subject, const std::vector<PairCase>& cases, const Plan& plan,
                RaceResult& result) {
  const auto start = Clock::now();
  const auto end = start + plan.limits.time;
  result.cases += cases.size();
  const bool random = plan.engine == Plan::Engine::pct;
  for (std::uint64_t turn = 0; result.outcome != Outcome::fail; ++turn) {
    const bool over = random ? Clock::now() >= end || plan.limits.stop() : turn == cases.size();
    if (over) break;
    race_case(subject, cases[turn % cases.size()], plan_of(plan, turn, end), result);
  }
  result.seconds += std::chrono::duration<double>(Clock::now() - start).count();
}

/// Preemptions are the bound that was asked for.
void accept_bound(RaceResult& result) {
  if (result.outcome != Outcome::unknown || result.bound != "preemptions") return;
  result.outcome = Outcome::pass;
  result.bound.clear();
}

}  // namespace

RaceResult race_pair(const std::string& subject, model::Kind a, model::Kind b, const Plan& plan) {
  RaceResult result;
  result.kinds = {a, b};
  race_cases(subject, cases_of(a, b), plan, result);
  return result;
}

RaceResult race_triple(const std::string& subject, const Kinds& kinds, const Plan& plan) {
  RaceResult result;
  result.kinds = kinds;
  race_cases(subject, cases_of(kinds), plan, result);
  accept_bound(result);
  return result;
}

RaceResult race_sample(const std::string& subject, const Limits& limits) {
  Plan plan;
  plan.limits = limits;
  plan.most = 200;
  plan.preemptions = 1;
  RaceResult result;
  std::uint64_t number = 0;
  for (const auto& kinds : all_triples()) {
    const auto cases = cases_of(kinds);
    result.kinds = kinds;
    const auto which = seed_of(1, ++number) % cases.size();
    race_cases(subject, {cases[which]}, plan, result);
    if (result.outcome == Outcome::fail || limits.stop()) return result;
  }
  result.kinds.clear();
  accept_bound(result);
  return result;
}

std::vector<std::pair<model::Kind, model::Kind>> all_pairs() {
  std::vector<std::pair<model::Kind, model::Kind>> pairs;
  for (int a = 0; a < model::kind_count; ++a) {
    for (int b = a; b < model::kind_count; ++b) {
      pairs.emplace_back(static_cast<model::Kind>(a), static_cast<model::Kind>(b));
    }
  }
  return pairs;
}

}  // namespace cow::props::race
