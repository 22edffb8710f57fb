#include "props/race/explore.h"

#include <algorithm>

#include "props/race/choosers.h"

namespace cow::props::race {

namespace {

using Clock = std::chrono::steady_clock;

Schedule choices(const Execution& execution) {
  Schedule schedule;
  for (const auto& step : execution.steps) schedule.push_back(step.task);
  return schedule;
}

/// Counts runs and ends a search when it has to end.
class Search {
 public:
  explicit Search(const Limits& limits) : limits_(limits), end_(Clock::now() + limits.time) {}

  /// False when this run is the last: it failed, or a limit is reached.
  bool goes_on(const Execution& execution) {
    ++report.executions;
    report.cut += execution.was_cut ? 1 : 0;
    report.steps += execution.steps.size();
    if (execution.was_long) report.bound = "steps";
    if (limits_.watch) limits_.watch(execution);
    if (execution.failure && (!limits_.only || limits_.only->same_bug(*execution.failure))) {
      report.outcome = Outcome::fail;
      report.failure = *execution.failure;
      report.schedule = choices(execution);
      return false;
    }
    return !limited();
  }

  Report report;

 private:
  bool limited() {
    if (report.executions >= limits_.executions) return report.bound = "schedules", true;
    if (report.executions % 64 != 0) return false;
    if (Clock::now() >= end_) return report.bound = "time", true;
    if (limits_.stop()) return report.bound = "interrupted", true;
    return false;
  }

  const Limits& limits_;
  Clock::time_point end_;
};

Report explore(Program& program, const Limits& limits, Reduction reduction, unsigned budget) {
  Scheduler scheduler(program);
  Explorer explorer(reduction, budget, program.objects());
  Search search(limits);
  bool whole = false;
  while (!whole && search.goes_on(scheduler.run(explorer))) whole = !explorer.advance();
  auto& report = search.report;
  if (report.outcome == Outcome::fail) return report;
  if (whole && report.bound.empty() && explorer.spent()) report.bound = "preemptions";
  report.outcome = whole && report.bound.empty() ? Outcome::pass : Outcome::unknown;
  return report;
}

/// Interruptions of a task that could have gone on.
class Counter : public Replay {
 public:
  using Replay::Replay;
  int choose(const View& view) override {
    const int task = Replay::choose(view);
    if (view.enabled != 0 && view.last >= 0 && task != view.last) {
      count += view.enabled >> view.last & 1U;
    }
    return task;
  }
  unsigned count = 0;
};

/// Without the end, which is what tasks do by themselves.
Schedule trimmed(Program& program, Schedule schedule, const Failure& failure) {
  Scheduler scheduler(program);
  const auto fails = [&](std::size_t length) {
    const auto& run = replay(scheduler, std::span(schedule).first(length));
    return run.failure && run.failure->same_bug(failure);
  };
  auto length = schedule.size();
  while (length > 0 && fails(length - 1)) --length;
  schedule.resize(length);
  return schedule;
}

}  // namespace

Report explore_all(Program& program, const Limits& limits, Reduction reduction) {
  return explore(program, limits, reduction, 0);
}

Report explore_bounded(Program& program, unsigned preemptions, const Limits& limits,
                       Reduction reduction) {
  return explore(program, limits, reduction, preemptions);
}

Report explore_pct(Program& program, std::uint64_t seed, unsigned changes, const Limits& limits) {
  Scheduler scheduler(program);
  Search search(limits);
  std::size_t length = 1;
  for (std::uint64_t run = 0;; ++run) {
    Pct chooser(seed_of(seed, run), changes, length);
    const auto& execution = scheduler.run(chooser);
    length = std::max(length, execution.steps.size());
    if (!search.goes_on(execution)) return search.report;
  }
}

const Execution& replay(Scheduler& scheduler, std::span<const std::uint8_t> schedule) {
  Replay chooser(schedule);
  return scheduler.run(chooser);
}

unsigned preemptions(Program& program, std::span<const std::uint8_t> schedule) {
  Scheduler scheduler(program);
  Counter counter(schedule);
  scheduler.run(counter);
  return counter.count;
}

Smallest shrink(Program& program, const Schedule& schedule, const Failure& failure,
                const Limits& limits) {
  Smallest best{schedule, failure, preemptions(program, schedule), true};
  Limits same = limits;
  same.only = failure;
  for (unsigned fewer = 0; fewer < best.preemptions; ++fewer) {
    const auto report = explore_bounded(program, fewer, same);
    if (report.outcome == Outcome::fail) {
      best.schedule = report.schedule;
      best.failure = report.failure;
      best.preemptions = fewer;
    } else if (report.outcome == Outcome::unknown && report.bound != "preemptions") {
      best.minimal = false;
      break;
    }
  }
  best.schedule = trimmed(program, best.schedule, best.failure);
  return best;
}

}  // namespace cow::props::race
