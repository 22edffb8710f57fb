#include "proofs/steps.h"

#include "proofs/premises.h"

namespace cow::proofs {

namespace {

/// Between operations no flush is pending; while a fork runs, at most its parent's.
std::vector<Invariant> flushes_pending(bool of_the_fork) {
  const auto allowed = [=](const State& s, const Process& process) {
    return implies(s.pending(process), Cond(of_the_fork) && process == Scene().forking);
  };
  return {given_of_all("no flush is pending",
                       [=](auto& s, auto&, auto& slot) { return allowed(s, s.process_of(slot)); }),
          given("no flush is pending",
                [=](auto& s, auto&) { return allowed(s, any_point().process); })};
}

/// Does it hold the space of its page alone, or even all spaces? Others may share it meanwhile.
bool has_space_alone(Step step) {
  switch (step) {
    case Step::fork_page:
    case Step::fork_flush:
    case Step::fork_undo:
    case Step::unmap_page:
    case Step::drop_page:
    case Step::protect_page:
    case Step::swap_out:
    case Step::move_page:
    case Step::suspend_page:
    case Step::resume_page:
    case Step::migrate_page:
    case Step::migrate_sharer:
    case Step::migrate_frame:
    case Step::gather_page:
    case Step::exit_page:
    case Step::go_out:
    case Step::fork_swapped:
    case Step::zap_swapped:
    case Step::copy_swapped:
    case Step::fork_huge:
    case Step::zap_huge:
    case Step::protect_huge:
    case Step::suspend_huge:
    case Step::migrate_huge:
    case Step::install_huge:
    case Step::give_up_page:
    case Step::page_out:
    case Step::write_protect_page:
    case Step::guard_page:
    case Step::unguard_page:
    case Step::clear_page_refs:
    case Step::hold_leaf:
    case Step::copy_for_child:
    case Step::inherit_page:  // nobody has alone what lies below a common entry
    case Step::merge_page:
    case Step::share_entry:
    case Step::drop_table:
    case Step::unmap_pages:
    case Step::protect_pages:
    case Step::go_in_batch:
    case Step::zap_huge_pages:
    case Step::fill_object:
    case Step::fork_hugetlb:
    case Step::lose_hugetlb:
    case Step::give_up_huge:
    case Step::page_out_huge:
    case Step::write_protect_huge:
    case Step::clear_huge_refs:
      return true;
    default:
      return false;
  }
}

/// Its parent's flush is still to come.
bool begins_a_fork(Step step) {
  switch (step) {
    case Step::fork_page:
    case Step::fork_huge:
    case Step::fork_hugetlb:
    case Step::hold_leaf:
    case Step::copy_for_child:
    case Step::inherit_page:
    case Step::share_entry:
    case Step::fork_swapped:
    case Step::copy_swapped:
      return true;
    default:
      return false;
  }
}

void add_what_all_share(Spec& spec) {
  const bool begins_fork = begins_a_fork(spec.step);
  const bool in_fork = begins_fork || spec.step == Step::fork_flush;
  if (spec.step != Step::initial) {
    for (auto& premise : flushes_pending(in_fork)) spec.premises.push_back(premise);
  }
  spec.goals.push_back(no_flush_is_left(begins_fork));
  spec.goals.push_back(nothing_was_misused());
  if (spec.step == Step::initial) return;
  for (auto& goal : others_may_rely_on_it(has_space_alone(spec.step))) spec.goals.push_back(goal);
  for (auto& goal : marks_stay(spec.marks)) spec.goals.push_back(goal);
  spec.goals.push_back(other_processes_notice_nothing(begins_fork));
  if (spec.step == Step::install_huge) return;  // whose bytes gather_page brings
  spec.goals.push_back(other_processes_bytes_do_not_show(spec.marks.to_child));
}

}  // namespace

Cond Path::taken() const {
  Cond all = true;
  for (const auto& condition : conditions) all = all && condition;
  for (const auto& fact : facts) all = all && fact;
  return all;
}

const std::vector<Spec>& specs() {
  static const auto all = [] {
    std::vector<Spec> list = {{Step::initial, "initial", "reset", {}, {}}};
    for (const auto& more :
         {fault_steps(), pin_steps(), fork_steps(), swap_steps(), change_steps(), suspend_steps(),
          exit_steps(), access_steps(), relock_steps(), huge_steps(), mark_steps(), eager_steps(),
          merge_steps(), table_steps(), batch_steps(), pool_steps()}) {
      list.insert(list.end(), more.begin(), more.end());
    }
    for (auto& spec : list) {
      if (spec.runs_code) add_what_all_share(spec);
    }
    return list;
  }();
  return all;
}

}  // namespace cow::proofs
