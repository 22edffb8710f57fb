#pragma once

#include <functional>
#include <utility>

#include "proofs/goals.h"
#include "proofs/steps.h"

/// What the lists of steps are made of, and those lists. Not for others.
namespace cow::proofs {

/// What the caller of a step guarantees about its slots.
inline Invariant given(const char* name, std::function<Cond(const State&, const Scene&)> premise) {
  return {name, std::nullopt, Over::once,
          [premise = std::move(premise)](auto& s, auto&) { return premise(s, Scene()); }};
}

/// The same, about every slot.
inline Invariant given_of_all(
    const char* name, std::function<Cond(const State&, const Scene&, const Slot&)> premise) {
  return {name, std::nullopt, Over::slot,
          [premise = std::move(premise)](auto& s, auto& p) { return premise(s, Scene(), p.slot); }};
}

inline Invariant of_a_process() {
  return given("the slot is a process's", [](auto& s, auto& c) { return !s.is_object(c.place); });
}

std::vector<Spec> fault_steps();   ///< demand_zero, demand_shared, write_fault, unshare
std::vector<Spec> pin_steps();     ///< pin_page, unpin
std::vector<Spec> fork_steps();    ///< fork_page, fork_flush, fork_undo
std::vector<Spec> change_steps();  ///< unmap_page, drop_page, protect_page, move_page
std::vector<Spec> exit_steps();    ///< exit_page, exit_end, all_gone
std::vector<Spec> access_steps();  ///< load, store

}  // namespace cow::proofs
