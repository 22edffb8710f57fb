#include <algorithm>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "props/cli/fuzzer.h"
#include "props/cli/hooks.h"
#include "props/cli/museum_show.h"
#include "props/cli/parse.h"
#include "props/museum/kill.h"
#include "props/museum/race_kill.h"

namespace cow::props::cli {

namespace {

struct Request {
  std::string only, engine = "all", show;
  std::uint64_t seed = 1;
  std::uint64_t seeds = 1;
  bool list = false, json = false;
};

constexpr std::string_view survived = "survived";

/// One cell of the kill matrix: how one engine fared.
struct Cell {
  std::string engine;
  std::string text = "-";  ///< as the table prints it; "-" when the engine was not asked
  bool good = true;
  bool may_miss = false;  ///< not caught is no failure of this engine
  double seconds = 0;
  std::size_t operations = 0;

  bool asked() const { return text != "-"; }
};

/// `kind` is Kill or RaceKill.
template <class AnyKill>
Cell cell_of(const char* engine, const AnyKill& kill) {
  Cell cell{engine, std::string(survived), kill.expected, false, kill.seconds, kill.operations};
  if (kill.caught) {
    cell.text = fmt::format("{}{:.2f} s", kill.expected ? "" : "WRONG LAW ", kill.seconds);
  }
  return cell;
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

Cell proof_cell(const Exhibit& exhibit) {
  if (exhibit.proof.empty()) return {"proof"};
  const auto laws = hooks().refute(std::string(exhibit.name));
  const bool expected =
      laws && std::ranges::any_of(*laws, [&](Law law) { return exhibit.may_break(law); });
  return {"proof", expected ? "refuted" : "NOT REFUTED", expected};
}

enum class Fate : std::uint8_t { caught, survived, not_for_this_engine };

/// Explorers end at 6 operations of their scopes, fuzzers after a minute: what lies beyond they
/// miss, and count as failed only when they were asked for by name. All others catch what they are
/// made for.
constexpr unsigned explored_depth = 6;

/// One row of the kill matrix. It survived when an engine that has to catch it let it live, or any
/// blamed another law.
struct Row {
  std::string_view name, law;
  std::uint64_t seed = 0;
  std::vector<Cell> cells;
  unsigned preemptions = 0;
  std::uint64_t schedules = 0;

  Fate fate() const {
    const auto fails = [](const Cell& cell) { return !cell.good && !cell.may_miss; };
    if (std::ranges::any_of(cells, fails)) return Fate::survived;
    return std::ranges::any_of(cells, &Cell::asked) ? Fate::caught : Fate::not_for_this_engine;
  }
};

Row judge(const Exhibit& exhibit, const Request& request, std::uint64_t seed) {
  const auto limit = std::chrono::seconds(60);
  Row row{exhibit.name, kernel::name(exhibit.law), seed, {}};
  const auto ask = [&](const char* engine, auto kill) {
    const bool wanted = request.engine == "all" || request.engine == engine;
    row.cells.push_back(wanted ? kill() : Cell{engine});
  };
  const auto ask_bounded = [&](const char* engine, auto kill) {
    ask(engine, kill);
    auto& cell = row.cells.back();
    if (request.engine != "all" || cell.text != survived) return;
    cell.text = "none";
    cell.may_miss = true;
  };
  ask("trace", [&] { return cell_of("trace", kill_by_trace(exhibit)); });
  ask("random", [&] { return cell_of("random", kill_by_random(exhibit, seed, limit)); });
  ask_bounded("explore",
              [&] { return cell_of("explore", kill_by_explore(exhibit, explored_depth)); });
  ask_bounded("fuzz", [&] { return cell_of("fuzz", kill_by_fuzzer(exhibit, seed)); });
  ask("proof", [&] { return proof_cell(exhibit); });
  return row;
}

Row judge(const RaceExhibit& exhibit) {
  const auto kill = kill_by_race(exhibit, std::chrono::seconds(10));
  return {exhibit.name,     exhibit.breaks, 0, {cell_of("race", kill)},
          kill.preemptions, kill.schedules};
}

void print_row(const Row& row) {
  const bool race = row.cells.size() == 1;
  fmt::print("  {:<13} {:<14} {:>4}", row.name, row.law, row.cells.front().operations);
  if (race) fmt::print(" {:>12} {:>10}", row.preemptions, row.schedules);
  for (const auto& cell : row.cells) fmt::print(" {:>8}", cell.text);
  fmt::print("\n");
  std::fflush(stdout);
}

nlohmann::json to_json(const Row& row) {
  nlohmann::json out = {{"exhibit", row.name}, {"law", row.law}};
  if (row.seed != 0) out["seed"] = row.seed;
  for (const auto& cell : row.cells) {
    if (!cell.asked()) continue;
    auto& engine = out["engines"][cell.engine] = {{"caught", cell.good}};
    if (cell.engine != "proof") engine["seconds"] = cell.seconds;
    if (cell.operations != 0) engine["operations"] = cell.operations;
    if (cell.engine == "race") engine["preemptions"] = row.preemptions;
  }
  return out;
}

/// Judges all rows that were asked for, and prints them one by one unless they are to be JSON.
/// Short of some when interrupted.
std::vector<Row> judge_all(const Request& request) {
  std::vector<Row> rows;
  const auto add = [&](std::string_view name, auto judge_it) {
    if (interrupted() || (!request.only.empty() && name != request.only)) return;
    show_progress(fmt::format("{} ...", name));
    rows.push_back(judge_it());
    clear_progress();
    if (!request.json) print_row(rows.back());
  };
  const bool race = find_race_exhibit(request.only) != nullptr;
  if (!race && request.engine != "race") {
    if (!request.json) {
      fmt::print("  {:<13} {:<14} {:>4} {:>8} {:>8} {:>8} {:>8} {:>8}\n", "exhibit", "law", "ops",
                 "trace", "random", "explore", "fuzz", "proof");
    }
    for (auto seed = request.seed; seed < request.seed + request.seeds; ++seed) {
      for (const auto& e : exhibits()) add(e.name, [&] { return judge(e, request, seed); });
    }
  }
  const bool interleaved = request.engine == "all" || request.engine == "race";
  if (interleaved && (race || request.only.empty())) {
    if (!request.json) {
      fmt::print("\n  {:<13} {:<14} {:>4} {:>12} {:>10} {:>8}\n", "race", "breaks", "ops",
                 "preemptions", "schedules", "race");
    }
    for (const auto& e : race_exhibits()) add(e.name, [&] { return judge(e); });
  }
  return rows;
}

/// The end of the matrix: how many were caught, and the verdict. The exit status.
int conclude(const Request& request, const std::vector<Row>& rows) {
  const auto count = [&](Fate fate) { return std::ranges::count(rows, fate, &Row::fate); };
  const auto caught = count(Fate::caught), lived = count(Fate::survived);
  const auto others = count(Fate::not_for_this_engine);
  const char* verdict = interrupted() ? "unknown" : lived > 0 ? "fail" : "pass";
  if (caught == 0 && lived == 0) verdict = "vacuous";
  if (request.json) {
    nlohmann::json out = {{"verdict", verdict}, {"caught", caught}, {"survived", lived}};
    for (const auto& row : rows) out["rows"].push_back(to_json(row));
    fmt::print("{}\n", out.dump(2));
  } else {
    fmt::print("\n{} caught under the expected law, {} not", caught, lived);
    if (others > 0) fmt::print(", {} not for this engine (see --list)", others);
    const auto misses = [](const Row& row) {
      return std::ranges::any_of(row.cells, &Cell::may_miss);
    };
    if (std::ranges::any_of(rows, misses)) {
      fmt::print(
          "\nnone: not within {} operations of the explorer's scopes, or a minute of fuzzing",
          explored_depth);
    }
    fmt::print("\nverdict: {}{}\n", verdict, interrupted() ? " (interrupted)" : "");
  }
  return std::string_view(verdict) == "pass" ? 0 : 1;
}

void expect_exhibit(const std::string& name) {
  if (find_exhibit(name) != nullptr || find_race_exhibit(name) != nullptr) return;
  throw UsageError(fmt::format("no exhibit '{}' (see ./cowcheck museum --list)", name));
}

}  // namespace

int museum_command(Args args) {
  CLI::App app(
      "The known bugs: which engine catches which, how fast, under which law. Their traces, "
      "random runs and proofs must catch them; explorers and fuzzers as far as they get.",
      "museum");
  Request request;
  app.add_flag("--list", request.list, "only say what they are");
  app.add_option("--show", request.show,
                 "one exhibit: what went wrong, its trace, and how it goes");
  app.add_flag("--json", request.json, "the kill matrix as JSON");
  app.add_option("name", request.only, "only this exhibit");
  app.add_option("--engine", request.engine, "only this engine")
      ->check(CLI::IsMember({"all", "trace", "random", "explore", "fuzz", "proof", "race"}))
      ->capture_default_str();
  app.add_option("--seed", request.seed, "of random and fuzz")->capture_default_str();
  app.add_option("--seeds", request.seeds, "so many seeds, from --seed on")->capture_default_str();
  if (const auto status = parse(app, args)) return *status;
  if (request.list) return list_museum(), 0;
  if (!request.show.empty()) {
    expect_exhibit(request.show);
    return show_exhibit(request.show) ? 0 : 2;
  }
  if (!request.only.empty()) expect_exhibit(request.only);
  catch_interrupts();
  return conclude(request, judge_all(request));
}

}  // namespace cow::props::cli
