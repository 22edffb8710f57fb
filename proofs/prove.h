#pragma once

#include <array>
#include <functional>
#include <span>

#include "proofs/report.h"
#include "proofs/steps.h"

/// The proofs of the shipped kernel, for any number of processes, pages, frames and CPUs.
///
/// What is proved. Each step (steps.h) is the function of impl/kernel itself, run on a machine
/// whose words are Z3 terms, once for each path. It starts from any state at all that obeys the
/// laws, and each law, with what else the step must achieve, is shown to hold after it. The laws
/// about entries, frames and translations are the predicates of impl/kernel/laws.h that the
/// audit runs, and all invariants (impl/kernel/invariants.h) are true of the states that runs
/// reach (props/proved). isolation is refinement: the bytes that every process reads after the
/// step are those that the reference would show. The state after a reset obeys the laws, so every
/// state that these steps can reach does.
///
/// How. A law is shown for one slot, frame or translation of which nothing is known, so for all.
/// The premises are assumed at those slots and frames which the question names; less is assumed
/// than may be, so no quantifier is needed and Z3 always decides; at first even less (lawful.h).
/// A failure is shown again in a
/// world of four slots and three frames, all of which obeys the laws: only then it is `refuted`.
///
/// What is assumed, by name: the invariants called "structure" (invariants.h), which say how
/// slots hang together; the premises of each step (the *_steps.cpp files), which its callers
/// guarantee and of which each is shown to be needed (prove_test.cpp); and
/// - walk: the tables map each page of a process to a slot of its own (kernel_on_terms.h),
///   which a table that processes share does once it is owned (impl/kernel/shared_table.h);
/// - mapped: the page lies in an area; one that lies in none is refused at once (find_area);
/// - tables-apart: frames that are page tables are none of the frames here (names.h);
/// - one-size: a step deals with pages of one size. In those of huge_page.h a slot is a PMD's entry
///   and a frame a whole block; whoever holds frames of the other size is among a frame's `others`,
///   a number which only a split changes (State), but the pool, which holds its own by one leaf;
/// - each-alike: what a loop over the parts of a huge page does to one part, of which nothing is
///   known, it does to each (TermMachine::store_at, get, copy_parts);
/// - below-alike: a copy of a page table shows what the table shows, as inherit_page and fork_huge
///   say of each entry (copy_leaves in kernel_on_terms.h);
/// - any-find: a merge may find any frame that is offered, or any page, or none (offered_like and
///   unmerged_like in kernel_on_terms.h);
/// - stand-still: what was compared while both pages were held still is the same later
///   (TermMachine::same_page);
/// - one-slot: a step takes one page of swap at most (fresh_swap);
/// - endless-counts: a count never overflows (Number);
/// - pooled: a frame in a CPU's pool is free like any other (TermMachine::allocate);
/// - kept-promises: who was promised a page of the pool of huge pages gets one
///   (TermMachine::allocate_pooled);
/// - kept-objects: an object of the pool's pages has them all, and keeps them (pool_steps.cpp,
///   TermMachine::walked);
/// - two-pages: a batch of two pages stands for one of any number (batch_run.h);
/// - endless-tlb: a TLB forgets nothing by itself; when one does, less is cached (TermMachine);
/// - own-identifiers: each process has its translations to itself (kernel_on_terms.h);
/// - alone: no other CPU runs in the middle of a segment (TermMachine::meet_others);
/// - turns: nothing but its request goes from one turn of a loop to the next
/// (TermMachine::end_turn);
/// - faults-inside: of a fault within another step nothing is known but that it keeps the laws
///   (kernel_on_terms.h);
/// - no-fork-between: where a step has its locks again no fork is between sharing a page and its
///   flush, and no batch between its entries and its flush;
/// - machine: ByteMachine does what TermMachine says, which lockstep and the audit check.
///
/// What is not proved. The loops over ranges, areas and tables around the steps (but for the
/// invariant of exit's loop), so neither map nor that shared tables are owned before they change;
/// what the pool of huge pages owes to whom; other CPUs in the middle of a segment; that the state
/// of a refutation can be reached by operations. README.md says what that means.
namespace cow::proofs {

/// Runs a step on the machine under proof, once per path: fills in what it answered and left.
/// `twin` is `before` with other bytes.
using Runner =
    std::function<Path(Step, const State& before, const State& twin, const Scene& scene)>;

/// Judges the steps of those groups, which are what the runner runs.
Report prove(const Runner& runner, const Options& options, std::span<const Group> groups);

/// A path also ends where a loop begins again with what it began with.
template <Group... groups, class M>
Outcome run_to_end(Step step, M& machine, const Scene& scene) {
  try {
    return run_step<groups...>(step, machine, scene);
  } catch (const BeginsAgain&) {
    return {kernel::Status::stuck};
  }
}

/// Runs the shipped steps on `Mutant<TermMachine>`, with what the mutant hides.
template <template <class> class Mutant, Group... groups>
Runner runner_of() {
  return [](Step step, const State& before, const State& twin, const Scene& scene) {
    const bool starts = step == Step::initial;
    Mutant<TermMachine> machine(starts ? State::empty() : before);
    const auto outcome = run_to_end<groups...>(step, machine, scene);
    Mutant<TermMachine> other(starts ? State::empty() : twin);
    const auto answered = run_to_end<groups...>(step, other, scene);
    const auto& explorer = Explorer::active();
    return Path{explorer.path(),           explorer.facts(),          outcome,
                machine.state(),           machine.misused(),         machine.deeds(),
                machine.fresh(),           {answered, other.state()}, machine.segments(),
                machine.turns_are_alike(), machine.in_hand(),         explorer.is_shown()};
  };
}

/// Of the steps of those groups.
template <template <class> class Mutant, Group... groups>
Report prove_mutant(const Options& options = {}) {
  static constexpr std::array list = {groups...};
  return prove(runner_of<Mutant, groups...>(), options, list);
}

}  // namespace cow::proofs
