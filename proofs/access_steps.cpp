#include "proofs/premises.h"

namespace cow::proofs {

namespace {

using kernel::Law;
using kernel::Status;

Goal success_is_allowed(bool write) {
  return on_status(Law::permission, "an access that succeeds is allowed", Status::ok, [=](auto& q) {
    const auto area = q.before.area(q.scene.place);
    return write ? area.may_write() : area.may_read();
  });
}

Goal needs_no_fault(bool write) {
  return on_status(Law::progress, "what the entry allows needs no fault", Status::segfault,
                   [=](auto& q) {
                     const auto entry = q.before.entry(q.scene.place);
                     const Cond allows = write ? entry.writable() : entry.readable();
                     return !(entry.present() && allows);
                   });
}

/// A forced write may go to private memory whatever its access; `new_write` says whether it is one.
Cond reach_is_allowed(const Question& q) {
  const auto area = q.before.area(q.scene.place);
  return area.may_write() || (q.scene.new_write && !area.is_shared());
}

/// What was unshared is not unshared again.
Cond reach_was_not_ready(const Question& q) {
  const auto entry = q.before.entry(q.scene.place);
  const Cond owned = q.scene.new_write && !q.before.shared(q.scene.place) && entry.exclusive();
  return !(entry.present() && (entry.writable() || owned));
}

Byte view_after_store(const Question& q, const Slot& slot, const Offset& offset) {
  const Cond stored = Cond(q.path.outcome.status == Status::ok) && offset == q.scene.offset;
  const Cond written = stored && q.before.same_page(slot, q.scene.place);
  return choose(written, q.scene.value, q.before.view(slot, offset));
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
             {every_view_is(view_after_store, [](auto&, auto&) { return Cond(false); }),
              success_is_allowed(true), needs_no_fault(true), refusal_changes_nothing()}};
  Spec reach_read{Step::reach_read,
                  "reach_read",
                  "follow_page",
                  {},
                  {every_view_is_kept(), reads_its_view, success_is_allowed(false),
                   needs_no_fault(false), refusal_changes_nothing()}};
  Spec reach_write{Step::reach_write,
                   "reach_write",
                   "follow_page",
                   {},
                   {every_view_is(view_after_store, [](auto&, auto&) { return Cond(false); }),
                    on_status(Law::permission, "a write of the kernel is allowed, or forced",
                              Status::ok, reach_is_allowed),
                    on_status(Law::frugal, "what is ready needs no fault", Status::segfault,
                              reach_was_not_ready),
                    refusal_changes_nothing()}};
  return {load, store, reach_read, reach_write};
}

}  // namespace cow::proofs
