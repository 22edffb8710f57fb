#include <cmath>
#include <fmt/format.h>
#include <numeric>

#include "props/explore/engine.h"
#include "props/museum/museum.h"

namespace cow::props::explore {

std::unique_ptr<Explorable> open_subject(const std::string& subject, const Scope& scope) {
  constexpr std::string_view museum = "museum:";
  if (subject == "embedded") {
    return open_explorable<machine::ByteMachine<machine::Tiny>>(scope.world);
  }
  const bool exhibited = subject.starts_with(museum);
  const auto* exhibit = exhibited ? find_exhibit(subject.substr(museum.size())) : nullptr;
  if (exhibit != nullptr) return exhibit->open.explorable(scope.world);
  throw ExploreError(
      fmt::format("{} cannot be explored: its state cannot be saved; only "
                  "'embedded' and the museum's mutants can (museum:NAME)",
                  subject));
}

std::string sentence(const ExploreOptions& options, const Explored& explored) {
  const auto depth = explored.done.depth;
  const auto length = explored.exhausted ? std::string("all traces of any length")
                                         : fmt::format("all traces of up to {} operation{}", depth,
                                                       depth == 1 ? "" : "s");
  const auto states =
      std::accumulate(explored.layers.begin(), explored.layers.end(), std::uint64_t{0});
  const auto n = static_cast<double>(states);
  return fmt::format(
      "{} of {}: {} states{}, {} transitions, no counterexample{} (odds that two "
      "states were mistaken for one: 1 in {:.0e})",
      length, options.scope->words(), states, options.reduce ? " up to renaming" : "",
      explored.covered,
      explored.failure ? fmt::format(", but one of {} operations", explored.trace.ops.size()) : "",
      std::ldexp(1.0, 65) / std::max(1.0, n * n));
}

}  // namespace cow::props::explore
