#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <sstream>

#include "model/trace_words.h"
#include "props/cli/load.h"
#include "props/cli/parse.h"
#include "props/cli/race_pairs.h"
#include "props/race/schedule_text.h"
#include "props/race/story.h"
#include "props/report/save.h"

namespace cow::props::cli {

namespace {

struct Request {
  std::string subject = "embedded", pair, triple, time, replay;
  std::optional<unsigned> preemptions;
  std::uint64_t seed = 1;
  bool pct = false, json = false, triples = false;

  race::Plan plan() const {
    race::Plan plan;
    plan.seed = seed;
    if (preemptions) plan.preemptions = *preemptions;
    if (preemptions) plan.engine = race::Plan::Engine::bounded;
    if (pct) plan.engine = race::Plan::Engine::pct;
    plan.limits.stop = interrupted;
    if (triples || !triple.empty()) plan.most = 5000;
    return plan;
  }
  /// All pairs, searched whole: then some triples are searched, too.
  bool is_default() const {
    return pair.empty() && triple.empty() && !triples && !pct && !preemptions;
  }
};

/// "write,fork"
race::Kinds parse_kinds(const std::string& text, const char* option, std::size_t count) {
  race::Kinds kinds;
  std::istringstream words(text);
  for (std::string word; std::getline(words, word, ',');) {
    const auto kind = model::named<model::Kind>(word, model::kind_count);
    if (!kind) throw UsageError(fmt::format("{}: {} is no operation", option, model::quoted(word)));
    kinds.push_back(*kind);
  }
  if (kinds.size() == count) return kinds;
  throw UsageError(fmt::format("{}: write {} operations, such as {}", option,
                               count == 2 ? "two" : "three",
                               count == 2 ? "write,fork" : "write,write,unmap"));
}

std::vector<race::Kinds> kinds_of(const Request& request) {
  if (!request.pair.empty()) return {parse_kinds(request.pair, "--pair", 2)};
  if (!request.triple.empty()) return {parse_kinds(request.triple, "--triple", 3)};
  if (request.triples) return race::all_triples();
  std::vector<race::Kinds> pairs;
  for (const auto& [a, b] : race::all_pairs()) pairs.push_back({a, b});
  return pairs;
}

race::RaceResult race_kinds(const std::string& subject, const race::Kinds& kinds,
                            const race::Plan& plan) {
  if (kinds.size() == 3) return race::race_triple(subject, kinds, plan);
  return race::race_pair(subject, kinds[0], kinds[1], plan);
}

nlohmann::json to_json(const race::RaceResult& r) {
  auto kinds = nlohmann::json::array();
  for (const auto kind : r.kinds) kinds.push_back(model::name(kind));
  nlohmann::json row = {{"operations", std::move(kinds)}, {"cases", r.cases},
                        {"bounded", r.bounded},           {"schedules", r.executions},
                        {"verdict", name(verdict_of(r))}, {"seconds", r.seconds}};
  if (!r.bound.empty()) row["bound"] = r.bound;
  if (r.outcome == race::Outcome::fail) {
    row["law"] = race::verdict_of(r.found.failure);
    row["preemptions"] = r.found.preemptions;
    row["schedule"] = race::print(text_of(r.found, "found"));
  }
  return row;
}

void print_row(const race::RaceResult& r) {
  std::string note;
  if (r.bounded != 0) note = fmt::format("  ({} cases up to the bound of preemptions)", r.bounded);
  if (!r.bound.empty()) note = fmt::format("  (up to the bound: {})", r.bound);
  fmt::print("  {:<26} {:>5} {:>10}  {:<8} {:>7.2f}{}\n", names(r.kinds, " "), r.cases,
             r.executions, name(verdict_of(r)), r.seconds, note);
  std::fflush(stdout);
}

Verdict print_all(const Request& request, std::span<const race::RaceResult> rows) {
  const auto verdict = unless_interrupted(overall(rows));
  if (request.json) {
    auto out = nlohmann::json{{"subject", request.subject}, {"verdict", name(verdict)}};
    for (const auto& row : rows) out["races"].push_back(to_json(row));
    fmt::print("{}\n", out.dump(2));
  } else {
    if (verdict == Verdict::fail) tell_race(request.subject, rows.back());
    fmt::print("\nverdict: {}\n", name(verdict));
  }
  return verdict;
}

int run_races(const Request& request) {
  const auto races = kinds_of(request);
  auto plan = request.plan();
  const bool random = plan.engine == race::Plan::Engine::pct;
  const std::size_t each = races[0].size() == 3 ? 300'000 : 60'000;
  const auto total = request.time.empty()
                         ? std::chrono::milliseconds(random ? 30'000U : each * races.size())
                         : duration(request.time);
  plan.limits.time = total / races.size();
  std::vector<race::RaceResult> rows;
  // A subject that there is not is told before the table begins.
  race::open_race(request.subject, race::cases_of(model::Kind::read, model::Kind::read)[0].what);
  if (!request.json) {
    fmt::print("  {:<26} {:>5} {:>10}  {:<8} {:>7}\n", "operations", "cases", "schedules",
               "verdict", "seconds");
  }
  const auto add = [&](race::RaceResult row) {
    clear_progress();
    if (!request.json) print_row(row);
    rows.push_back(std::move(row));
    return rows.back().outcome != race::Outcome::fail && !interrupted();
  };
  bool goes_on = true;
  for (std::size_t i = 0; goes_on && i < races.size(); ++i) {
    show_progress(names(races[i], ", ") + " ...");
    goes_on = add(race_kinds(request.subject, races[i], plan));
  }
  if (goes_on && request.is_default()) add(race::race_sample(request.subject, plan.limits));
  return print_all(request, rows) == Verdict::pass ? 0 : 1;
}

/// One file: its schedule, or all schedules when it has none.
int replay_race(const Request& request) {
  const auto text = load_race(request.replay);
  const auto program = race::open_race(request.subject, text.what);
  auto plan = request.plan();
  if (!request.time.empty()) plan.limits.time = duration(request.time);
  race::Report report;
  if (text.schedule.empty()) {
    report = race::search(*program, plan);
  } else {
    race::Scheduler scheduler(*program);
    const auto& run = race::replay(scheduler, text.schedule);
    report.outcome = run.failure ? race::Outcome::fail : race::Outcome::pass;
    report.executions = 1;
    report.schedule = text.schedule;
    if (run.failure) report.failure = *run.failure;
  }
  fmt::print("{} schedule{} of {} on {}\n", report.executions, report.executions == 1 ? "" : "s",
             request.replay, request.subject);
  if (report.outcome == race::Outcome::fail) {
    const race::Found found{text.what, report.schedule, report.failure,
                            race::preemptions(*program, report.schedule), false};
    fmt::print("\n{}", race::story(*program, found));
  } else if (report.outcome == race::Outcome::unknown) {
    fmt::print("not looked at: beyond the bound of {}\n", report.bound);
  }
  fmt::print("\nverdict: {}\n", race::name(report.outcome));
  return report.outcome == race::Outcome::pass ? 0 : 1;
}

}  // namespace

int race_command(Args args) {
  CLI::App app(
      "Operations of two CPUs interleaved at every access to what they share: all schedules of "
      "every pair, but for those that differ only in swaps which nobody can notice; and a few of "
      "three CPUs.",
      "race");
  Request request;
  app.add_option("--subject", request.subject, "embedded, or museum:NAME of a race")
      ->capture_default_str();
  app.add_option("--pair", request.pair, "only these two operations, e.g. write,fork");
  auto* pair = app.get_option("--pair");
  auto* triple =
      app.add_option("--triple", request.triple, "three operations, e.g. write,write,unmap");
  app.add_flag("--triples", request.triples,
               "every three operations: all schedules, or where they are more than 5000, those of "
               "two preemptions")
      ->excludes(pair->excludes(triple))
      ->excludes(triple);
  app.add_option("--preemptions", request.preemptions,
                 "only schedules with at most so many preemptions; with --pct so many changes")
      ->check(CLI::Range(0U, 100U));
  app.add_flag("--pct", request.pct, "random priorities (PCT) instead of all schedules");
  app.add_option("--seed", request.seed, "of --pct")->capture_default_str();
  app.add_option("--for", request.time,
                 "at most how long, e.g. 30s (default a minute a pair, five a triple, --pct: 30s)");
  app.add_flag("--json", request.json, "the table as JSON");
  app.add_option("--replay", request.replay, "a race as text: one schedule, or all of its case");
  if (const auto status = parse(app, args)) return *status;
  catch_interrupts();
  return request.replay.empty() ? run_races(request) : replay_race(request);
}

}  // namespace cow::props::cli
