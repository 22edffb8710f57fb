#include "proofs/premises.h"

namespace cow::proofs {

namespace {

using kernel::Law;
using kernel::Status;

Goal needs_no_fault(bool write) {
  return on_status(Law::progress, "what the entry allows needs no fault", Status::segfault,
                   [=](auto& q) {
                     const auto entry = q.before.entry(q.scene.place);
                     const Cond allows = write ? entry.writable() : entry.readable();
                     return !(entry.present() && allows);
                   });
}

}  // namespace

std::vector<Spec> access_steps() {
  const auto reads_its_view = on_status(
      Law::isolation, "what is read is what the reference says", Status::ok,
      [](auto& q) { return *q.path.outcome.read == q.before.view(q.scene.place, q.scene.offset); });
  Spec load{Step::load,
            "load",
            "translate",
            {of_a_process()},
            {every_view_is_kept(), reads_its_view, success_is_allowed(false), needs_no_fault(false),
             refusal_changes_nothing()}};
  Spec store{Step::store,
             "store",
             "translate",
             {of_a_process()},
             {every_view_is_as_stored(), success_is_allowed(true), needs_no_fault(true),
              refusal_changes_nothing()}};
  for (auto& goal : write_is_noted()) store.goals.push_back(goal);
  return {load, store};
}

}  // namespace cow::proofs
