#include "props/cli/museum_show.h"

#include <algorithm>
#include <fmt/format.h>

#include "model/trace_text.h"
#include "props/cli/outcome.h"
#include "props/museum/catalogue.h"
#include "props/museum/museum.h"
#include "props/museum/race_exhibits.h"
#include "props/race/library.h"
#include "props/race/schedule_text.h"
#include "props/race/story.h"
#include "props/run/isolated.h"
#include "props/traces/library.h"

namespace cow::props::cli {

namespace {

/// The comment at the head of a file, as text.
std::string paragraph(const std::string& heading) {
  std::string text;
  for (std::size_t at = 0; at < heading.size();) {
    const auto end = std::min(heading.find('\n', at), heading.size());
    const auto first = std::min(heading.find_first_not_of("# ", at), end);
    text += fmt::format("  {}\n", heading.substr(first, end - first));
    at = end + 1;
  }
  return text;
}

void tell(std::string_view name, std::string_view bug, std::string_view found,
          std::string_view breaks, const std::string& heading) {
  fmt::print("{}: {}\nfound: {}\nbreaks: {}\n\n{}\n", name, bug, found, breaks, paragraph(heading));
}

bool show_trace(const Exhibit& exhibit) {
  auto text = model::parse(find_trace(fmt::format("museum/{}", exhibit.name)));
  tell(exhibit.name, exhibit.bug, exhibit.found, kernel::name(exhibit.law), text.heading);
  if (!exhibit.proof.empty()) fmt::print("the proof of {} refutes it\n", exhibit.proof);
  if (!exhibit.unproved.empty()) fmt::print("no proof refutes it: {}\n", exhibit.unproved);
  text.heading.clear();
  fmt::print("\n{}", model::print(text));
  const auto subject = fmt::format("museum:{}", exhibit.name);
  const auto failure = run_isolated(subject, text.trace);
  if (!failure) return fmt::print("every law holds\n"), false;
  tell_failure(subject, text.trace, *failure);
  return is_expected(exhibit, *failure);
}

bool show_schedule(const RaceExhibit& exhibit) {
  auto text = race::parse_race(race::find_schedule(exhibit.name));
  tell(exhibit.name, exhibit.bug, exhibit.found, exhibit.breaks, text.heading);
  text.heading.clear();
  fmt::print("{}\n", race::print(text));
  const auto program = exhibit.open(text.what);
  race::Scheduler scheduler(*program);
  const auto failure = race::replay(scheduler, text.schedule).failure;
  if (!failure) return fmt::print("every law holds\n"), false;
  const auto preemptions = race::preemptions(*program, text.schedule);
  fmt::print("{}", race::story(*program, {text.what, text.schedule, *failure, preemptions, true}));
  return race::verdict_of(*failure) == exhibit.breaks;
}

bool has_exhibit(std::string_view row) {
  const auto is_shown = [row](const auto& exhibit) { return shows(exhibit.name, row); };
  return std::ranges::any_of(exhibits(), is_shown) ||
         std::ranges::any_of(race_exhibits(), is_shown);
}

}  // namespace

void list_museum() {
  for (const auto& e : race_exhibits()) {
    fmt::print("  {:<13} {:<13} {} ({})\n", e.name, e.breaks, e.bug, e.found);
    fmt::print("  {:<27} shows only when CPUs interleave\n", "");
  }
  for (const auto& e : exhibits()) {
    fmt::print("  {:<13} {:<13} {} ({})\n", e.name, kernel::name(e.law), e.bug, e.found);
    if (!e.unproved.empty()) fmt::print("  {:<27} not refuted by proof: {}\n", "", e.unproved);
  }
  for (const auto& row : catalogue()) {
    if (has_exhibit(row.name)) continue;
    fmt::print("  {:<13} {:<13} {}\n  {:<27} {}\n", row.name, "not here", row.source, "",
               row.absent);
  }
}

bool show_exhibit(const std::string& name) {
  if (const auto* race = find_race_exhibit(name)) return show_schedule(*race);
  return show_trace(*find_exhibit(name));
}

}  // namespace cow::props::cli
