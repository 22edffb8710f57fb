#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "props/proved/machine_state.h"

/// What an invariant guards: which changes of a single cell of a lawful state it notices. A weaker
/// predicate in its place notices less, and so is noticed.
namespace cow::props::proved {

enum class Change { on, off, up, down, other };

/// Changes one cell of the state after another, and back. `visit(cell, change)` is called while it
/// is changed: it says which cell and how.
using Visit = std::function<void(std::string_view, Change)>;
void for_each_damage(MachineState& state, const Visit& visit);

/// An invariant, by its name, and the damage that it notices in some lawful state: a cell, and
/// "on", "off", "up" or "down" where it says how the cell changed.
struct Guard {
  std::string_view invariant;
  std::vector<std::string_view> notices;
};

/// What of it no state shows, a line each: "INVARIANT does not notice: DAMAGE". An invariant
/// without a guard is named, too.
std::vector<std::string> unguarded(std::span<const Invariant> invariants,
                                   std::span<const Guard> guards, std::span<MachineState> states);

}  // namespace cow::props::proved
