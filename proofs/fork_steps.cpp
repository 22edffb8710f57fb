#include "proofs/premises.h"

namespace cow::proofs {

namespace {

using kernel::Law;

Byte view_after_fork(const Question& q, const Slot& slot, const Offset& offset) {
  const Cond given = Cond(q.path.outcome.status == kernel::Status::ok) && slot == q.scene.child;
  const auto source = choose(given, q.scene.place, slot);
  return q.before.view(source, offset);
}

Cond was_pinned(const Question& q) {
  const auto& place = q.scene.place;
  return q.before.present(place) && !q.before.shared(place) &&
         q.before.pins(q.before.frame(place)) > 0 && !q.before.of_object(q.before.frame(place));
}

Cond fork_copies_pinned_pages_only(const Question& q) {
  const auto& place = q.scene.place;
  const Cond passing = q.before.passing(q.before.frame(place)) > 0;
  return implies(q.before.present(place) && !was_pinned(q) && !passing,
                 q.path.after.frame(q.scene.child) == q.before.frame(place));
}

/// The parent goes on with the frame that the device has, and writes to it without a fault.
Cond pinned_page_stays(const Question& q) {
  const auto& place = q.scene.place;
  const auto &a = q.before, &b = q.path.after;
  return implies(was_pinned(q), b.frame(place) == a.frame(place) && b.exclusive(place) &&
                                    b.writable(place) == a.writable(place));
}

/// What a fork that ran out of memory may leave behind: less write permission, fewer
/// translations; both cost a fault and show nothing.
Cond nothing_but_permission_went(const Question& q) {
  const auto any = any_point();
  const auto &a = q.before, &b = q.path.after;
  const Cond same_frames =
      a.count(any.frame) == b.count(any.frame) && a.is_free(any.frame) == b.is_free(any.frame);
  const Cond same_view = a.view(any.slot, any.offset) == b.view(any.slot, any.offset);
  const Cond same_marks = a.dirty(any.slot) == b.dirty(any.slot) &&
                          a.wp(any.slot) == b.wp(any.slot) &&
                          a.unwritten(any.slot) == b.unwritten(any.slot);
  const Cond same_mapping = same_marks && a.frame(any.slot) == b.frame(any.slot) &&
                            a.readable(any.slot) == b.readable(any.slot) &&
                            implies(b.writable(any.slot), a.writable(any.slot)) &&
                            implies(b.exclusive(any.slot), a.exclusive(any.slot));
  const Cond same_swap =
      a.names(any.swap) == b.names(any.swap) && a.swapped(any.slot) == b.swapped(any.slot) &&
      implies(a.swapped(any.slot), a.swap(any.slot) == b.swap(any.slot) &&
                                       implies(b.exclusive(any.slot), a.exclusive(any.slot)));
  return same_frames && same_view && same_swap && a.present(any.slot) == b.present(any.slot) &&
         implies(a.present(any.slot), same_mapping) &&
         implies(b.cached(any.cpu, any.slot), a.cached(any.cpu, any.slot));
}

}  // namespace

std::vector<Spec> fork_steps() {
  Spec page{Step::fork_page,
            "fork_page",
            "fork_page",
            areas_are_alike(),
            {every_view_is(view_after_fork, [](auto&, auto&) { return Cond(false); }),
             refusal_changes_nothing(),
             always(Law::pin_stable, "the parent keeps a pinned frame", pinned_page_stays),
             on_status(Law::frugal, "fork copies pinned pages only", kernel::Status::ok,
                       fork_copies_pinned_pages_only)}};
  page.marks.to_child = true;
  page.premises.push_back(child_is_empty());
  page.premises.push_back(parent_forks());
  auto swapped = waiting_for_swap(page, Step::fork_swapped, "fork_swapped");
  swapped.code = "fork_swapped";
  swapped.premises = {areas_are_alike().back(), child_is_empty(), is_in_swap()};
  swapped.goals.resize(1);  // the view: it cannot be refused, and no device has what is in swap
  Spec flush{Step::fork_flush, "fork_flush", "fork", {}, {every_view_is_kept()}};
  Spec undo{Step::fork_undo,
            "fork_undo",
            "fork_page",
            {child_is_empty(), parent_forks(),
             given("the child's slot is a process's",
                   [](auto& s, auto& c) { return !s.is_object(c.child); })},
            {every_view_is_kept(),
             always(Law::refused_unchanged, "only permission to write in place may be lost",
                    nothing_but_permission_went),
             undoing_twice_is_undoing_once()}};
  undo.never = {"never present(child)",
                "never swapped(child)",  // asked where the parent had nothing to give
                "never (guard(child) or wp(child))",
                "always (guard(place) or wp(place))"};  // nor but a guard, which goes
  return {page, swapped, flush, undo};
}

}  // namespace cow::proofs
