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

void add_what_all_share(Spec& spec) {
  const bool begins_fork = spec.step == Step::fork_page || spec.step == Step::fork_huge;
  const bool in_fork = begins_fork || spec.step == Step::fork_flush;
  if (spec.step != Step::initial) {
    for (auto& premise : flushes_pending(in_fork)) spec.premises.push_back(premise);
  }
  spec.goals.push_back(no_flush_is_left(begins_fork));
  spec.goals.push_back(nothing_was_misused());
  if (spec.step == Step::initial) return;
  const bool to_child = begins_fork || spec.step == Step::move_page;
  spec.goals.push_back(other_processes_notice_nothing(begins_fork));
  if (spec.step == Step::install_huge) return;  // whose bytes gather_page brings
  spec.goals.push_back(other_processes_bytes_do_not_show(to_child));
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
    for (const auto& more : {fault_steps(), pin_steps(), fork_steps(), swap_steps(), change_steps(),
                             suspend_steps(), exit_steps(), access_steps(), huge_steps()}) {
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
