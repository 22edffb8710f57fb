#include "props/cli/explored.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <thread>

#include "props/cli/outcome.h"
#include "props/cli/parse.h"

namespace cow::props::cli {

bool tell_exploring(const explore::Progress& done) {
  const auto rate = static_cast<double>(done.states) / std::max(0.01, done.seconds);
  const auto share = static_cast<double>(done.expanded) / static_cast<double>(done.frontier);
  show_progress(fmt::format(
      "{:.0f} s  depth {}: {:.0f} % of {} states  {} states in all  {:.0f} states/s  {} MiB",
      done.seconds, done.depth + 1, 100 * share, done.frontier, done.states, rate,
      done.memory >> 20));
  return !interrupted();
}

Verdict judge(const explore::ExploreOptions& options, const explore::Explored& explored) {
  using explore::Stop;
  if (explored.failure) return Verdict::fail;
  if (!explored.doubt.empty() || explored.stop == Stop::interrupted) return Verdict::unknown;
  if (explored.exhausted) return Verdict::pass;
  if (explored.done.transitions == 0) return Verdict::vacuous;
  const auto asked = options.depth != ~0U ? options.depth : options.scope->gate_depth;
  return explored.done.depth >= asked ? Verdict::pass : Verdict::unknown;
}

std::string why_stopped(const explore::Explored& explored) {
  constexpr std::array reasons = {"", "", "time is up", "the memory bound is reached",
                                  "interrupted"};
  if (!explored.doubt.empty()) return explored.doubt;
  const std::string reason = reasons[static_cast<std::size_t>(explored.stop)];
  if (reason.empty()) return {};
  const auto& done = explored.done;
  return fmt::format("depth {} was not finished ({} of {} states expanded): {}", done.depth + 1,
                     done.expanded, done.frontier, reason);
}

/// Every scope as deep as its share of the time allows.
StageResult explore_stage(const GateOptions& options) {
  const auto scopes = explore::scopes();
  std::uint64_t states = 0;
  unsigned least = ~0U, most = 0;
  StageResult result{"", Verdict::pass, ""};
  for (const auto& scope : scopes) {
    explore::ExploreOptions exploring;
    exploring.subject = options.subject;
    exploring.scope = &scope;
    exploring.threads = options.jobs;
    exploring.limit = options.limit / static_cast<int>(scopes.size());
    exploring.tell = tell_exploring;
    const auto explored = explore::explore(exploring);
    clear_progress();
    states += explored.done.states;
    least = std::min(least, explored.done.depth);
    most = std::max(most, explored.done.depth);
    const auto verdict = judge(exploring, explored);
    if (verdict == Verdict::pass) continue;
    result.verdict = verdict;
    result.note = fmt::format("{}: {}", scope.name, why_stopped(explored));
    if (!explored.failure) continue;
    fmt::print("exploring {} finds a failure on {}\n", scope.name, options.subject);
    tell_failure(options.subject, explored.trace, *explored.failure);
    result.note = std::string(kernel::name(explored.failure->law));
    break;
  }
  result.amount =
      fmt::format("{} scopes, {} to {} deep, {} states", scopes.size(), least, most, states);
  return result;
}

}  // namespace cow::props::cli
