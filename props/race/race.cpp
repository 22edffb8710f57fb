#include "props/race/race.h"

#include <algorithm>

namespace cow::props::race {

namespace {

using Clock = std::chrono::steady_clock;

bool all_succeeded(const History& history) {
  return std::ranges::all_of(history, [](const std::vector<Call>& calls) {
    return std::ranges::all_of(calls, [](const Call& c) { return c.status == model::Status::ok; });
  });
}

}  // namespace

PairResult race_pair(const std::string& subject, model::Kind a, model::Kind b, const Plan& plan) {
  PairResult result;
  result.a = a;
  result.b = b;
  const auto start = Clock::now();
  const auto end = start + plan.limits.time;
  const auto cases = cases_of(a, b);
  for (const auto& one : cases) {
    const auto program = open_race(subject, one.what);
    auto share = plan;  // of the time that is left, a quarter: few cases need much
    share.limits.time =
        std::max(std::chrono::milliseconds(1),
                 std::chrono::duration_cast<std::chrono::milliseconds>((end - Clock::now()) / 4));
    share.limits.watch = [&](const Execution& run) {
      if (!run.was_cut && !run.failure && all_succeeded(program->history())) ++result.succeeded;
    };
    const auto report = search(*program, share);
    ++result.cases;
    result.executions += report.executions;
    if (report.outcome == Outcome::unknown) {
      result.outcome = Outcome::unknown;
      result.bound = report.bound;
    } else if (report.outcome == Outcome::fail) {
      result.outcome = Outcome::fail;
      result.failing = one.name;
      result.found = shrink_case(subject, one.what, report);
      break;
    }
  }
  result.seconds = std::chrono::duration<double>(Clock::now() - start).count();
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
