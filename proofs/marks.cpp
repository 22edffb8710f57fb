#include "proofs/goals.h"

// What entries say of writes to their pages goes with the pages: Marks.

namespace cow::proofs {

namespace {

using kernel::Law;

/// Is it a page that the step is about?
Cond is_place(const Question& q, const Marks& marks, const Slot& slot) {
  return slot == q.scene.place || (Cond(marks.two) && slot == q.scene.child);
}

/// Where the page was before that is at the slot afterwards.
Slot source_of(const Question& q, const Marks& marks, const Slot& slot) {
  const Cond came = Cond(marks.to_child) && slot == q.scene.child;
  return choose(came, q.scene.place, slot);
}

/// What was written since it was given up is never taken for what was not (rows D1, D2).
Goal writes_stay_noted(const Marks& marks) {
  return always(Law::isolation, "nothing is given up but what was", [=](auto& q) {
    const auto any = any_point().slot;
    return (Cond(marks.asks) && is_place(q, marks, any)) ||
           implies(q.path.after.droppable(any), q.before.droppable(source_of(q, marks, any)));
  });
}

Goal protection_stays(const Marks& marks) {
  return always(Law::permission, "what was write-protected is, and nothing else", [=](auto& q) {
    const auto any = any_point().slot;
    const Cond lost = (Cond(marks.goes) && is_place(q, marks, any)) ||
                      (Cond(marks.to_child) && any == q.scene.child);
    return (Cond(marks.asks) && is_place(q, marks, any)) ||
           q.path.after.wp(any) == (q.before.wp(any) && !lost);
  });
}

Goal guards_stay(const Marks& marks) {
  return always(Law::permission, "what was guarded is, and nothing else", [=](auto& q) {
    const auto any = any_point().slot;
    const Cond lost = Cond(marks.goes) && is_place(q, marks, any);
    return (Cond(marks.asks) && is_place(q, marks, any)) ||
           q.path.after.guard(any) == (q.before.guard(source_of(q, marks, any)) && !lost);
  });
}

/// Whoever asks is told of every write (rows D5, D7).
Goal writes_stay_known(const Marks& marks) {
  return always(Law::accounted, "what was written counts as written", [=](auto& q) {
    const auto any = any_point().slot;
    return (Cond(marks.asks) && is_place(q, marks, any)) ||
           implies(q.path.after.counts_unwritten(any),
                   q.before.counts_unwritten(source_of(q, marks, any)));
  });
}

/// And of nothing else: what was not written has not to be copied again.
Goal nothing_else_is_told(const Marks& marks) {
  return always(Law::frugal, "what was not written counts as not written", [=](auto& q) {
    const auto any = any_point().slot;
    const auto &a = q.before, &b = q.path.after;
    const auto &place = q.scene.place, &child = q.scene.child;
    const Cond changes = Cond(marks.goes || marks.written || marks.asks) && is_place(q, marks, any);
    const Cond stays = changes || (Cond(marks.to_child) && any == child) ||
                       implies(a.counts_unwritten(any), b.counts_unwritten(any));
    const Cond same_frame =
        a.present(place) && b.present(child) && b.frame(child) == a.frame(place);
    const Cond came =
        Cond(marks.to_child) && (same_frame || (a.swapped(place) && b.swapped(child)));
    return stays && implies(came && a.unwritten(place), b.unwritten(child));
  });
}

}  // namespace

std::vector<Goal> marks_stay(const Marks& marks) {
  return {writes_stay_noted(marks), protection_stays(marks), guards_stay(marks),
          writes_stay_known(marks), nothing_else_is_told(marks)};
}

std::vector<Goal> write_is_noted() {
  return {on_status(Law::isolation, "what is written is not dropped", kernel::Status::ok,
                    [](auto& q) { return q.path.after.dirty(q.scene.place); }),
          on_status(Law::accounted, "what is written counts as written", kernel::Status::ok,
                    [](auto& q) { return !q.path.after.unwritten(q.scene.place); })};
}

}  // namespace cow::proofs
