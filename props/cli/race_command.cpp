#include <fmt/format.h>
#include <nlohmann/json.hpp>

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
  std::string subject = "embedded", pair, time, replay;
  std::optional<unsigned> preemptions;
  std::uint64_t seed = 1;
  bool pct = false, json = false;

  race::Plan plan() const {
    race::Plan plan;
    plan.seed = seed;
    if (preemptions) plan.preemptions = *preemptions;
    if (preemptions) plan.engine = race::Plan::Engine::bounded;
    if (pct) plan.engine = race::Plan::Engine::pct;
    plan.limits.stop = interrupted;
    return plan;
  }
};

model::Kind kind_of(const std::string& word) {
  if (const auto kind = model::named<model::Kind>(word, model::kind_count)) return *kind;
  throw UsageError(fmt::format("--pair: {} is no operation; write two, such as write,fork",
                               model::quoted(word)));
}

std::vector<std::pair<model::Kind, model::Kind>> pairs_of(const std::string& text) {
  if (text.empty()) return race::all_pairs();
  const auto comma = text.find(',');
  if (comma == std::string::npos) throw UsageError("--pair: write two operations: write,fork");
  return {{kind_of(text.substr(0, comma)), kind_of(text.substr(comma + 1))}};
}

nlohmann::json to_json(const race::PairResult& r) {
  nlohmann::json row = {{"pair", {model::name(r.a), model::name(r.b)}},
                        {"cases", r.cases},
                        {"schedules", r.executions},
                        {"verdict", name(verdict_of(r))},
                        {"seconds", r.seconds}};
  if (!r.bound.empty()) row["bound"] = r.bound;
  if (r.outcome == race::Outcome::fail) {
    row["law"] = race::verdict_of(r.found.failure);
    row["preemptions"] = r.found.preemptions;
    row["schedule"] = race::print(text_of(r.found, "found"));
  }
  return row;
}

void print_row(const race::PairResult& r) {
  fmt::print("  {:<8} {:<8} {:>5} {:>10}  {:<8} {:>7.2f}{}\n", model::name(r.a), model::name(r.b),
             r.cases, r.executions, name(verdict_of(r)), r.seconds,
             r.bound.empty() ? "" : fmt::format("  (up to the bound: {})", r.bound));
  std::fflush(stdout);
}

int run_pairs(const Request& request) {
  const auto pairs = pairs_of(request.pair);
  auto plan = request.plan();
  const bool random = plan.engine == race::Plan::Engine::pct;
  const auto total = request.time.empty()
                         ? std::chrono::milliseconds(random ? 30'000 : 60'000 * pairs.size())
                         : duration(request.time);
  plan.limits.time = total / pairs.size();
  std::vector<race::PairResult> rows;
  // A subject that there is not is told before the table begins.
  race::open_race(request.subject, race::cases_of(pairs[0].first, pairs[0].second)[0].what);
  if (!request.json) {
    fmt::print("  {:<17} {:>5} {:>10}  {:<8} {:>7}\n", "pair", "cases", "schedules", "verdict",
               "seconds");
  }
  for (const auto& [a, b] : pairs) {
    show_progress(fmt::format("{}, {} ...", model::name(a), model::name(b)));
    rows.push_back(race::race_pair(request.subject, a, b, plan));
    clear_progress();
    if (!request.json) print_row(rows.back());
    if (rows.back().outcome == race::Outcome::fail || interrupted()) break;
  }
  const auto verdict = overall(rows);
  if (request.json) {
    auto out = nlohmann::json{{"subject", request.subject}, {"verdict", name(verdict)}};
    for (const auto& row : rows) out["pairs"].push_back(to_json(row));
    fmt::print("{}\n", out.dump(2));
  } else {
    if (verdict == Verdict::fail) tell_race(request.subject, rows.back());
    fmt::print("\nverdict: {}\n", name(verdict));
  }
  return verdict == Verdict::pass ? 0 : 1;
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
      "every pair, but for those that differ only in swaps which nobody can notice.",
      "race");
  Request request;
  app.add_option("--subject", request.subject, "embedded, or museum:NAME of a race")
      ->capture_default_str();
  app.add_option("--pair", request.pair, "only these two operations, e.g. write,fork");
  app.add_option("--preemptions", request.preemptions,
                 "only schedules with at most so many preemptions; with --pct so many changes")
      ->check(CLI::Range(0U, 100U));
  app.add_flag("--pct", request.pct, "random priorities (PCT) instead of all schedules");
  app.add_option("--seed", request.seed, "of --pct")->capture_default_str();
  app.add_option("--for", request.time,
                 "at most how long, e.g. 30s (default a minute a pair, --pct: 30s)");
  app.add_flag("--json", request.json, "the table as JSON");
  app.add_option("--replay", request.replay, "a race as text: one schedule, or all of its case");
  if (const auto status = parse(app, args)) return *status;
  catch_interrupts();
  return request.replay.empty() ? run_pairs(request) : replay_race(request);
}

}  // namespace cow::props::cli
