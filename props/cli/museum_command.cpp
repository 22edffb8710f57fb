#include <algorithm>
#include <array>
#include <fmt/format.h>

#include "props/cli/fuzzer.h"
#include "props/cli/hooks.h"
#include "props/cli/parse.h"
#include "props/museum/kill.h"
#include "props/museum/race_kill.h"

namespace cow::props::cli {

namespace {

struct Request {
  std::string only, engine = "all";
  std::uint64_t seed = 1;
  std::uint64_t seeds = 1;
  bool list = false;
};

void print_list() {
  for (const auto& e : race_exhibits()) {
    fmt::print("  {:<13} {:<13} {} ({})\n", e.name, e.breaks, e.bug, e.found);
    fmt::print("  {:<27} shows only when CPUs interleave\n", "");
  }
  for (const auto& e : exhibits()) {
    fmt::print("  {:<13} {:<13} {} ({})\n", e.name, kernel::name(e.law), e.bug, e.found);
    if (!e.unproved.empty()) fmt::print("  {:<27} not refuted by proof: {}\n", "", e.unproved);
  }
}

std::string cell(const Kill& kill) {
  if (!kill.caught) return "survived";
  return fmt::format("{}{:.2f} s", kill.expected ? "" : "WRONG LAW ", kill.seconds);
}

Kill kill_by_fuzzer(const Exhibit& exhibit, std::uint64_t seed) {
  FuzzOptions options;
  options.subject = fmt::format("museum:{}", exhibit.name);
  options.seed = seed;
  options.limit = std::chrono::seconds(60);
  const auto start = std::chrono::steady_clock::now();
  const auto result = run_fuzzer(options);
  if (!result.ran) throw UsageError(result.error);
  Kill kill;
  kill.caught = result.found;
  if (result.failure) kill.law = result.failure->law;
  kill.expected = result.failure && is_expected(exhibit, *result.failure);
  kill.operations = result.trace.ops.size();
  kill.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  return kill;
}

/// The proof's cell; sets `bad` where an exhibit that should be refuted is not.
std::string proof_cell(const Exhibit& exhibit, bool& bad) {
  if (exhibit.proof.empty()) return "-";
  const auto laws = hooks().refute(std::string(exhibit.name));
  const bool expected = laws && std::ranges::find(*laws, exhibit.law) != laws->end();
  bad |= !expected;
  return expected ? "refuted" : "NOT REFUTED";
}

enum class Row : std::uint8_t { caught, survived, not_for_this_engine };

/// One row of the kill matrix: survived when an engine let the exhibit live or blamed another law.
Row print_row(const Exhibit& exhibit, const Request& request, std::uint64_t seed) {
  const auto wants = [&](const char* engine) {
    return request.engine == "all" || request.engine == engine;
  };
  bool bad = false;
  const auto judge = [&](const Kill& kill) {
    bad |= !kill.expected;
    return cell(kill);
  };
  Kill traced;
  std::string trace = "-", random = "-", exploring = "-", fuzz = "-", proof = "-";
  show_progress(fmt::format("{} ...", exhibit.name));
  if (wants("trace")) trace = judge(traced = kill_by_trace(exhibit));
  if (wants("random")) random = judge(kill_by_random(exhibit, seed, std::chrono::seconds(10)));
  if (wants("explore")) exploring = judge(kill_by_explore(exhibit, 6));
  if (wants("fuzz")) fuzz = judge(kill_by_fuzzer(exhibit, seed));
  if (wants("proof")) proof = proof_cell(exhibit, bad);
  clear_progress();
  fmt::print("  {:<13} {:<14} {:>4} {:>8} {:>8} {:>8} {:>8} {:>8}\n", exhibit.name,
             kernel::name(exhibit.law), traced.operations, trace, random, exploring, fuzz, proof);
  std::fflush(stdout);
  if (bad) return Row::survived;
  const std::array cells = {trace, random, exploring, fuzz, proof};
  const bool judged = std::ranges::any_of(cells, [](const auto& c) { return c != "-"; });
  return judged ? Row::caught : Row::not_for_this_engine;
}

/// The exhibits that show only when CPUs interleave; no other engine is asked.
void print_races(const Request& request, std::array<std::size_t, 3>& counts) {
  fmt::print("\n  {:<13} {:<14} {:>4} {:>12} {:>10} {:>8}\n", "race", "breaks", "ops",
             "preemptions", "schedules", "race");
  for (const auto& exhibit : race_exhibits()) {
    if (!request.only.empty() && exhibit.name != request.only) continue;
    const auto kill = kill_by_race(exhibit, std::chrono::seconds(10));
    const auto what =
        !kill.caught ? "survived"
                     : fmt::format("{}{:.2f} s", kill.expected ? "" : "WRONG LAW ", kill.seconds);
    fmt::print("  {:<13} {:<14} {:>4} {:>12} {:>10} {:>8}\n", exhibit.name, exhibit.breaks,
               kill.operations, kill.preemptions, kill.schedules, what);
    ++counts[static_cast<std::size_t>(kill.expected ? Row::caught : Row::survived)];
  }
}

}  // namespace

int museum_command(Args args) {
  CLI::App app("The known bugs: which engine catches which, how fast, under which law.", "museum");
  Request request;
  app.add_flag("--list", request.list, "only say what they are");
  app.add_option("name", request.only, "only this exhibit");
  app.add_option("--engine", request.engine, "only this engine")
      ->check(CLI::IsMember({"all", "trace", "random", "explore", "fuzz", "proof", "race"}))
      ->capture_default_str();
  app.add_option("--seed", request.seed, "of random and fuzz")->capture_default_str();
  app.add_option("--seeds", request.seeds, "so many seeds, from --seed on")->capture_default_str();
  if (const auto status = parse(app, args)) return *status;
  if (request.list) return print_list(), 0;
  const bool race = find_race_exhibit(request.only) != nullptr;
  if (!request.only.empty() && find_exhibit(request.only) == nullptr && !race) {
    throw UsageError(fmt::format("no exhibit '{}' (see ./cowcheck museum --list)", request.only));
  }
  catch_interrupts();
  std::array<std::size_t, 3> counts = {};
  const bool sequential = !race && request.engine != "race";
  if (sequential) {
    fmt::print("  {:<13} {:<14} {:>4} {:>8} {:>8} {:>8} {:>8} {:>8}\n", "exhibit", "law", "ops",
               "trace", "random", "explore", "fuzz", "proof");
  }
  for (auto seed = request.seed; sequential && seed < request.seed + request.seeds; ++seed) {
    for (const auto& exhibit : exhibits()) {
      if (!request.only.empty() && exhibit.name != request.only) continue;
      if (interrupted()) return fmt::print("\nverdict: unknown (interrupted)\n"), 1;
      ++counts[static_cast<std::size_t>(print_row(exhibit, request, seed))];
    }
  }
  const bool interleaved = request.engine == "all" || request.engine == "race";
  if (interleaved && (race || request.only.empty())) print_races(request, counts);
  const auto [caught, survived, others] = counts;
  fmt::print("\n{} caught under the expected law, {} not", caught, survived);
  if (others > 0) fmt::print(", {} not for this engine (see --list)", others);
  const char* verdict = survived > 0 ? "fail" : caught > 0 ? "pass" : "vacuous";
  fmt::print("\nverdict: {}\n", verdict);
  return survived == 0 && caught > 0 ? 0 : 1;
}

}  // namespace cow::props::cli
