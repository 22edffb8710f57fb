#include "props/cli/race_pairs.h"

#include <algorithm>
#include <fmt/format.h>

#include "props/cli/parse.h"
#include "props/race/story.h"
#include "props/report/save.h"

namespace cow::props::cli {

Verdict verdict_of(const race::RaceResult& result) {
  if (result.outcome == race::Outcome::fail) return Verdict::fail;
  if (result.succeeded == 0) return Verdict::vacuous;
  return result.outcome == race::Outcome::pass ? Verdict::pass : Verdict::unknown;
}

Verdict overall(std::span<const race::RaceResult> rows) {
  std::vector<Verdict> verdicts;
  for (const auto& row : rows) verdicts.push_back(verdict_of(row));
  return overall(verdicts);
}

std::string names(const race::Kinds& kinds, std::string_view between) {
  if (kinds.empty()) return "some triples";
  std::string text;
  for (const auto kind : kinds) {
    text += fmt::format("{}{}", text.empty() ? "" : between, model::name(kind));
  }
  return text;
}

race::RaceText text_of(const race::Found& found, const std::string& heading) {
  return {found.what, found.schedule, std::string(race::verdict_of(found.failure)), "# " + heading};
}

void tell_race(const std::string& subject, const race::RaceResult& result) {
  const auto program = race::open_race(subject, result.found.what);
  fmt::print("\n{}: {}\n{}", result.failing, names(result.kinds, " against "),
             race::story(*program, result.found));
  if (!result.found.minimal) fmt::print("(fewer preemptions may do: the search was cut short)\n");
  const auto name = save_as_new(race::print(text_of(result.found, "found on " + subject)), "race");
  const auto on = subject == "embedded" ? std::string() : fmt::format(" --subject {}", subject);
  fmt::print("\nreproduce: {}\n", name.empty()
                                      ? "(no file can be written here)"
                                      : fmt::format("./cowcheck race{} --replay {}", on, name));
}

StageResult race_stage(const GateOptions& options) {
  const auto pairs = race::all_pairs();
  race::Plan plan;
  plan.limits.stop = interrupted;
  plan.limits.time = std::chrono::minutes(1);  // a pair; all of them take three seconds
  std::vector<race::RaceResult> rows;
  const auto failed = [&] { return !rows.empty() && verdict_of(rows.back()) == Verdict::fail; };
  for (const auto& [a, b] : pairs) {
    if (interrupted()) return {"", Verdict::unknown, "interrupted"};
    show_progress(fmt::format("race: {}, {}", model::name(a), model::name(b)));
    rows.push_back(race::race_pair(options.subject, a, b, plan));
    if (failed()) break;
  }
  show_progress("race: some triples");
  if (!failed()) rows.push_back(race::race_sample(options.subject, plan.limits));
  clear_progress();
  const auto verdict = overall(rows);
  if (verdict == Verdict::fail) tell_race(options.subject, rows.back());
  std::string note;
  std::uint64_t schedules = 0;
  for (const auto& row : rows) {
    schedules += row.executions;
    if (verdict_of(row) == Verdict::pass) continue;
    note += fmt::format("{}{}{}", note.empty() ? "" : "; ", names(row.kinds, ","),
                        row.bound.empty() ? "" : ": " + row.bound);
  }
  return {fmt::format("{} pairs, some triples, {} schedules", pairs.size(), schedules), verdict,
          note};
}

}  // namespace cow::props::cli
