#include "props/race/find.h"

#include <algorithm>

namespace cow::props::race {

namespace {

/// What one attempt of the shrinker may cost: at 100,000 schedules a second, half a second.
constexpr std::uint64_t most_executions = 50'000;

/// The same bug on a smaller case, if there is one with as few preemptions.
bool still_fails(const std::string& subject, const Case& smaller, Found& found) {
  const auto program = open_race(subject, smaller);
  Limits limits;
  limits.only = found.failure;
  limits.executions = most_executions;
  const auto report = explore_bounded(*program, found.preemptions, limits);
  if (report.outcome != Outcome::fail) return false;
  limits.only.reset();
  const auto best = shrink(*program, report.schedule, report.failure, limits);
  found = {smaller, best.schedule, best.failure, best.preemptions, best.minimal};
  return true;
}

/// Without operation `i` of those before the race and then those in it; nothing when a task would
/// have none left.
std::optional<Case> without(const Case& what, std::size_t i) {
  Case smaller = what;
  const auto erase = [](std::vector<model::Op>& ops, std::size_t at) {
    ops.erase(ops.begin() + static_cast<std::ptrdiff_t>(at));
  };
  if (i < what.before.size()) return erase(smaller.before, i), smaller;
  i -= what.before.size();
  for (auto& ops : smaller.tasks) {
    if (i >= ops.size()) {
      i -= ops.size();
      continue;
    }
    if (ops.size() == 1) return std::nullopt;
    return erase(ops, i), smaller;
  }
  return std::nullopt;
}

std::size_t operations(const Case& what) {
  auto count = what.before.size();
  for (const auto& ops : what.tasks) count += ops.size();
  return count;
}

/// All schedules; where they are too many, those with few preemptions.
Report search_all(Program& program, const Plan& plan) {
  auto limits = plan.limits;
  limits.executions = std::min(limits.executions, plan.most);
  const auto all = explore_all(program, limits);
  if (all.bound != "schedules" || plan.limits.executions <= plan.most) return all;
  auto some = explore_bounded(program, plan.preemptions, plan.limits);
  some.executions += all.executions;
  some.cut += all.cut;
  some.steps += all.steps;
  return some;
}

}  // namespace

Report search(Program& program, const Plan& plan) {
  switch (plan.engine) {
    case Plan::Engine::all:
      return search_all(program, plan);
    case Plan::Engine::bounded:
      return explore_bounded(program, plan.preemptions, plan.limits);
    case Plan::Engine::pct:
      return explore_pct(program, plan.seed, plan.preemptions, plan.limits);
  }
  return {};
}

Found shrink_case(const std::string& subject, const Case& what, const Report& report) {
  const auto program = open_race(subject, what);
  Limits limits;
  limits.executions = most_executions;
  const auto first = shrink(*program, report.schedule, report.failure, limits);
  Found found{what, first.schedule, first.failure, first.preemptions, first.minimal};
  for (bool better = true; better;) {
    better = false;
    for (auto i = operations(found.what); i-- > 0;) {
      const auto smaller = without(found.what, i);
      better = smaller && still_fails(subject, *smaller, found) ? true : better;
    }
  }
  return found;
}

std::string_view verdict_of(const Failure& failure) {
  switch (failure.wrong) {
    case Wrong::judged:
      return kernel::name(static_cast<Law>(failure.law));
    case Wrong::deadlock:
      return "deadlock";
    case Wrong::livelock:
      return "livelock";
    case Wrong::lock_order:
      return "lock-order";
  }
  return "";
}

}  // namespace cow::props::race
