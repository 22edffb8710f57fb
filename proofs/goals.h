#pragma once

#include "proofs/steps.h"

/// What steps must achieve, as the lists in steps.cpp name it.
namespace cow::proofs {

/// A byte that the reference model expects after the step, from the state before.
using Expected = std::function<Byte(const Question&, const Slot&, const Offset&)>;

/// isolation: every byte of every process is what the reference says, and that of one step is
/// the byte before, but where `expected` says other. Slots with `exempt` show nothing any more.
Goal every_view_is(Expected expected, std::function<Cond(const Question&, const Slot&)> exempt);
Goal every_view_is_kept();
/// After the store of one byte of the page, where it succeeded.
Goal every_view_is_as_stored();
Goal success_is_allowed(bool write);
/// The view of a private page goes with its slot; all others stay.
Goal other_views_are_kept();

/// Non-interference: whatever one process does, every other one sees what it saw, where it could.
/// `forks`: but for the child. Who shares memory sees what is stored there.
Goal other_processes_notice_nothing(bool forks);
/// no-disclosure, of two runs: of two states in which the acting process sees the same, and all
/// other bytes may differ, the step makes two in which it sees the same, and answers the same.
/// `to_child`: and the other slot that it filled shows the same.
Goal other_processes_bytes_do_not_show(bool to_child);

Goal fresh_page_is_zero();
Goal refusal_changes_nothing();
/// The rollback of a fork may be done again.
Goal undoing_twice_is_undoing_once();
Goal no_flush_is_left(bool of_the_fork_allowed);
Goal nothing_was_misused();
Goal last_holder_frees();
/// Of entries that are gone and not paid for yet, at `slots`: their references are counted, and
/// nothing that a CPU may use still is free.
std::vector<Goal> what_is_owed_is_counted(std::vector<Slot> slots);
/// The same for a page of swap.
Goal last_namer_frees();
/// pin-stable: a private page that a device holds stays on the device's frame.
Goal pinned_page_keeps_its_frame();
Goal fault_grants_access(bool write);
/// The page of `place` is dirty now, and counts as written.
std::vector<Goal> write_is_noted();
Goal first_write_needs_no_second_fault();

/// What becomes of the marks of pages, under several laws.
std::vector<Goal> marks_stay(const Marks& marks);

/// What all steps owe to threads that rely on it while they have no lock (others.h), under several
/// laws. `alone`: the step has the spaces of those whose pages it changes alone.
std::vector<Goal> others_may_rely_on_it(bool alone);

/// A goal under `law` for the paths that answered `status`.
Goal on_status(kernel::Law law, const char* says, kernel::Status status,
               std::function<Cond(const Question&)> holds);
/// A goal under `law` for every path.
Goal always(kernel::Law law, const char* says, std::function<Cond(const Question&)> holds);

}  // namespace cow::proofs
