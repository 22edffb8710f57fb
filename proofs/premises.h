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

inline Invariant something_is_present() {
  return given("present", [](auto& s, auto& c) { return s.present(c.place); });
}

inline Invariant is_in_swap() {
  return given("swapped", [](auto& s, auto& c) { return s.swapped(c.place); });
}

inline Invariant area_is_private() {
  return given("the area is private", [](auto& s, auto& c) { return !s.shared(c.place); });
}

inline Invariant is_not_write_protected() {
  return given("it is not write-protected", [](auto& s, auto& c) { return !s.wp(c.place); });
}

inline Invariant area_is_anonymous() {
  return given("the area has no object", [](auto& s, auto& c) { return !s.has_object(c.place); });
}

inline Invariant child_is_empty() {
  return given("nothing is at the child", [](auto& s, auto& c) { return s.nothing_at(c.child); });
}

inline Invariant parent_forks() {
  return given("the parent forks",
               [](auto& s, auto& c) { return s.process_of(c.place) == c.forking; });
}

inline Invariant nothing_is_there() {
  return given("nothing is there", [](auto& s, auto& c) { return s.nothing_at(c.place); });
}

/// Only small pages go to swap or are merged, and no huge leaf covers those.
inline Invariant not_found_otherwise() {
  return given("it is neither in the swap cache nor merged", [](auto& s, auto& c) {
    const auto frame = s.frame(c.place);
    return implies(s.present(c.place), !s.in_cache(frame) && !s.is_merged(frame));
  });
}

inline Invariant both_are_of_one_process() {
  return given("both pages are one process's",
               [](auto& s, auto& c) { return s.process_of(c.child) == s.process_of(c.place); });
}

inline Spec of_huge_pages(Spec spec) {
  spec.huge = true;
  return spec;
}

/// The area at the child is a copy, or the moved rest, of the area at the place.
inline std::vector<Invariant> areas_are_alike() {
  return {given("the child's area allows what its parent's allows",
                [](auto& s, auto& c) {
                  return s.may_read(c.child) == s.may_read(c.place) &&
                         s.may_write(c.child) == s.may_write(c.place);
                }),
          given("the child's area is of the same object", [](auto& s, auto& c) {
            return s.shared(c.child) == s.shared(c.place) && s.cow(c.child) == s.cow(c.place) &&
                   implies(s.has_object(c.place), s.object_of(c.child) == s.object_of(c.place));
          })};
}

/// The same step by one who waits for the lock of the swap: other CPUs run before it goes on.
inline Spec waiting_for_swap(Spec spec, Step step, const char* name) {
  spec.step = step;
  spec.name = name;
  spec.relocks = 1;
  return spec;
}

/// A pin's: the device and the process see one frame; only what the area permits is pinned.
std::vector<Goal> pin_is_good();
/// swap_out by one who waits for the lock of the swap.
Spec go_out();

std::vector<Spec> fault_steps();    ///< demand_zero, demand_object, write_fault, unshare
std::vector<Spec> pin_steps();      ///< pin_page, unpin, pin_huge
std::vector<Spec> fork_steps();     ///< fork_page, fork_flush, fork_undo
std::vector<Spec> change_steps();   ///< unmap_page, drop_page, protect_page, move_page
std::vector<Spec> suspend_steps();  ///< suspend_page to gather_page
std::vector<Spec> swap_steps();     ///< swap_out, swap_in
std::vector<Spec> exit_steps();     ///< exit_page, exit_end, all_gone
std::vector<Spec> huge_steps();     ///< those of impl/kernel/huge_page.h
std::vector<Spec> access_steps();   ///< load, store
std::vector<Spec> relock_steps();   ///< reach_read to pin_fast
std::vector<Spec> mark_steps();     ///< give_up_page to demand_marked, and those of huge pages
std::vector<Spec> eager_steps();    ///< hold_leaf, copy_for_child, inherit_page
std::vector<Spec> merge_steps();    ///< merge_page
std::vector<Spec> table_steps();    ///< own_entry, share_entry, drop_table
std::vector<Spec> batch_steps();    ///< unmap_pages, protect_pages, go_in_batch, zap_huge_pages
std::vector<Spec> pool_steps();     ///< those of impl/kernel/hugetlb.h

}  // namespace cow::proofs
