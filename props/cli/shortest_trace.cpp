#include "props/cli/shortest_trace.h"

#include <algorithm>
#include <fmt/format.h>

#include "model/trace_text.h"
#include "props/explore/explore.h"
#include "props/museum/race_exhibits.h"
#include "props/traces/library.h"

namespace cow::props::cli {

namespace {

bool breaks(const Failure& failure, std::string_view law) {
  return std::ranges::any_of(failure.findings,
                             [&](const Finding& f) { return kernel::name(f.law) == law; });
}

/// One that breaks the law, or the first that breaks any.
std::optional<explore::InScope> search(const std::string& subject, std::string_view law,
                                       unsigned depth) {
  std::optional<explore::InScope> other;
  auto found = explore::explore_scopes(subject, depth, [&](const explore::InScope& one) {
    if (breaks(*one.explored.failure, law)) return true;
    if (!other) other = one;
    return false;
  });
  return found ? std::move(found) : std::move(other);
}

std::string tell(const explore::InScope& found, std::string_view law) {
  const auto& [trace, failure] = std::pair(found.explored.trace, *found.explored.failure);
  std::string text = fmt::format(
      "  a shortest trace {}, of {} operations in the explorer's scope {}:\n",
      breaks(failure, law) ? "that breaks the law" : "that breaks any law, though not this one",
      trace.ops.size(), found.scope->name);
  for (const auto& op : trace.ops) text += fmt::format("    {}\n", model::print(op));
  for (const auto& finding : failure.findings) {
    text += fmt::format("    ! {}: {}\n", kernel::name(finding.law), finding.text);
  }
  return text;
}

}  // namespace

std::string tell_shortest_trace(const std::string& subject, std::string_view law, unsigned depth) {
  const bool is_exhibit = subject.starts_with("museum:");
  const auto exhibit = is_exhibit ? subject.substr(subject.find(':') + 1) : "";
  if (find_race_exhibit(exhibit) != nullptr) {  // no trace of one CPU shows it
    return fmt::format("  a schedule of several CPUs shows it: ./cowcheck race --subject {}\n",
                       subject);
  }
  if (const auto found = search(subject, law, depth)) return tell(*found, law);
  std::string text = fmt::format(
      "  not inductive: no trace of up to {} operations in the {} scopes of the explorer "
      "shows it\n",
      depth, explore::scopes().size());
  if (!is_exhibit || find_trace("museum/" + exhibit).empty()) return text;
  return text + fmt::format("  but a longer one is known: ./cowcheck museum --show {}\n", exhibit);
}

}  // namespace cow::props::cli
