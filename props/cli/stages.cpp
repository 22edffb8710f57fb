#include "props/cli/stages.h"

#include <algorithm>
#include <fmt/format.h>

#include "model/trace_text.h"
#include "props/cli/fuzzer.h"
#include "props/cli/hooks.h"
#include "props/cli/outcome.h"
#include "props/cli/parse.h"
#include "props/museum/kill.h"
#include "props/museum/race_kill.h"
#include "props/run/isolated.h"
#include "props/traces/library.h"

namespace cow::props::cli {

std::string_view name(Verdict verdict) {
  constexpr std::string_view names[] = {"pass", "fail", "vacuous", "unknown"};
  return names[static_cast<std::size_t>(verdict)];
}

Verdict overall(std::span<const Verdict> verdicts) {
  for (const auto worst : {Verdict::fail, Verdict::vacuous, Verdict::unknown}) {
    if (std::ranges::find(verdicts, worst) != verdicts.end()) return worst;
  }
  return verdicts.empty() ? Verdict::vacuous : Verdict::pass;
}

Verdict unless_interrupted(Verdict verdict) {
  return verdict == Verdict::pass && interrupted() ? Verdict::unknown : verdict;
}

Hooks& hooks() {
  static Hooks hooks;
  return hooks;
}

bool tell_progress(const RandomProgress& done) {
  show_progress(fmt::format("{:.0f} s  {} traces  {} operations  {:.0f} operations/s", done.seconds,
                            done.traces, done.operations,
                            static_cast<double>(done.operations) / done.seconds));
  return !interrupted();
}

namespace {

/// Replays every trace of the library below `folder`; all must pass.
StageResult replay_library(const GateOptions& options, std::string_view folder) {
  std::size_t traces = 0, operations = 0, left = 0;
  for (const auto& [name, text] : trace_library()) {
    if (!name.starts_with(folder)) continue;
    auto trace = model::parse(text).trace;
    left += left_out(options.subject, trace);
    if (const auto failure = run_isolated(options.subject, trace)) {
      fmt::print("{} fails on {}\n", name, options.subject);
      tell_failure(options.subject, trace, *failure);
      return {fmt::format("{} traces", traces + 1), Verdict::fail, std::string(name)};
    }
    ++traces;
    operations += trace.ops.size();
  }
  return {fmt::format("{} traces, {} operations{}", traces, operations,
                      left > 0 ? fmt::format(", {} left out", left) : ""),
          traces > 0 ? Verdict::pass : Verdict::vacuous, traces > 0 ? "" : "no trace"};
}

}  // namespace

StageResult regressions_stage(const GateOptions& options) {
  return replay_library(options, "regressions/");
}

StageResult scenarios_stage(const GateOptions& options) {
  return replay_library(options, "scenarios/");
}

namespace {
StageResult random_in(const model::World& world, const GateOptions& options) {
  RandomOptions random;
  random.subject = options.subject;
  random.world = world;
  random.seed = options.seed;
  random.limit = options.limit;
  random.jobs = options.jobs;
  const auto result = run_random(random, tell_progress);
  clear_progress();
  const auto amount =
      fmt::format("{} traces, {} operations", result.done.traces, result.done.operations);
  if (result.failure) {
    fmt::print("random trace {} of seed {} fails on {}\n", result.number + 1, options.seed,
               options.subject);
    shrink_and_tell(options.subject, result.trace, *result.failure);
    return {amount, Verdict::fail, std::string(kernel::name(result.failure->law))};
  }
  if (result.interrupted) return {amount, Verdict::unknown, "interrupted"};
  const auto gaps = gap(options.subject, random.world, result.census);
  return {amount, gaps.empty() ? Verdict::pass : Verdict::vacuous, gaps};
}
}  // namespace

StageResult random_stage(const GateOptions& options) { return random_in({}, options); }

StageResult random_x86_64_stage(const GateOptions& options) {
  return random_in(model::default_world(model::Geometry::x86_64), options);
}

StageResult fuzz_stage(const GateOptions& options) {
  FuzzOptions fuzz;
  fuzz.subject = options.subject;
  fuzz.seed = options.seed;
  fuzz.limit = options.limit;
  const auto result = run_fuzzer(fuzz);
  if (!result.ran) return {"nothing", Verdict::unknown, result.error};
  if (!result.found) return {fmt::format("{} runs", result.runs), Verdict::pass, ""};
  fmt::print("the fuzzer found a failure on {}\n", options.subject);
  shrink_and_tell(options.subject, result.trace, *result.failure);
  return {fmt::format("{} runs", result.runs), Verdict::fail,
          std::string(kernel::name(result.failure->law))};
}

StageResult proofs_stage(const GateOptions&) {
  const auto proofs = hooks().prove();
  return {proofs.amount, proofs.proved ? Verdict::pass : Verdict::fail, proofs.note};
}

/// Every exhibit must be caught by its trace and by random runs, or as a race, under its law.
StageResult museum_stage(const GateOptions& options) {
  std::size_t caught = 0;
  std::string survivors;
  for (const auto& exhibit : exhibits()) {
    if (interrupted()) return {fmt::format("{} mutants", caught), Verdict::unknown, "interrupted"};
    show_progress(fmt::format("museum: {}", exhibit.name));
    const auto traced = kill_by_trace(exhibit);
    const auto random = kill_by_random(exhibit, options.seed, std::chrono::seconds(60));
    if (traced.expected && random.expected)
      ++caught;
    else
      survivors += fmt::format("{}{}", survivors.empty() ? "" : ", ", exhibit.name);
  }
  for (const auto& exhibit : race_exhibits()) {
    show_progress(fmt::format("museum: {}", exhibit.name));
    if (kill_by_race(exhibit, std::chrono::seconds(10)).expected)
      ++caught;
    else
      survivors += fmt::format("{}{}", survivors.empty() ? "" : ", ", exhibit.name);
  }
  clear_progress();
  const auto all = exhibits().size() + race_exhibits().size();
  return {fmt::format("{} of {} mutants caught", caught, all),
          survivors.empty() ? Verdict::pass : Verdict::fail,
          survivors.empty() ? "" : "not caught as expected: " + survivors};
}

}  // namespace cow::props::cli
