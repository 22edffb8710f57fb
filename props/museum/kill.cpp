#include "props/museum/kill.h"

#include <fmt/format.h>

#include "model/trace_text.h"
#include "props/explore/explore.h"
#include "props/run/isolated.h"
#include "props/run/random.h"
#include "props/traces/library.h"

namespace cow::props {

namespace {

using Clock = std::chrono::steady_clock;

Kill judge(const Exhibit& exhibit, const std::optional<Failure>& failure, std::size_t operations,
           Clock::time_point start) {
  Kill kill;
  kill.caught = failure.has_value();
  if (failure) kill.law = failure->law;
  kill.expected = failure && is_expected(exhibit, *failure);
  kill.seconds = std::chrono::duration<double>(Clock::now() - start).count();
  kill.operations = operations;
  return kill;
}

std::string subject_of(const Exhibit& exhibit) { return fmt::format("museum:{}", exhibit.name); }

}  // namespace

Kill kill_by_trace(const Exhibit& exhibit) {
  const auto start = Clock::now();
  const auto text = find_trace(fmt::format("museum/{}", exhibit.name));
  if (text.empty()) return {};
  auto trace = model::parse(text).trace;
  const auto failure = run_isolated(subject_of(exhibit), trace);
  return judge(exhibit, failure, failure ? failure->index + 1 : 0, start);
}

Kill kill_by_random(const Exhibit& exhibit, std::uint64_t seed, std::chrono::milliseconds limit) {
  const auto start = Clock::now();
  RandomOptions options;
  options.subject = subject_of(exhibit);
  options.seed = seed;
  options.limit = limit;
  const auto result = run_random(options, [](const RandomProgress&) { return true; });
  return judge(exhibit, result.failure, result.trace.ops.size(), start);
}

Kill kill_by_explore(const Exhibit& exhibit, unsigned depth) {
  const auto start = Clock::now();
  const auto found =
      explore::explore_scopes(subject_of(exhibit), depth, [](auto&) { return true; });
  if (!found) return judge(exhibit, std::nullopt, 0, start);
  return judge(exhibit, found->explored.failure, found->explored.trace.ops.size(), start);
}

}  // namespace cow::props
