#include "proofs/premises.h"

// A page looks for its like and joins it (impl/kernel/merge.h). What it finds is nothing, a frame
// that is offered, or the page of `child`: the loops that search may find any of these
// (kernel_on_terms.h). All spaces are held alone meanwhile.

namespace cow::proofs {

namespace {

using kernel::Law;

bool joins(const Path& path) {
  for (const auto& deed : path.deeds) {
    if (deed.what == "get") return true;
  }
  return false;
}

Cond is_as_it_was(const Question& q, const Slot& slot) {
  return q.path.after.entry(slot) == q.before.entry(slot);
}

/// What does not join is in use as before.
Goal what_does_not_join_is_as_it_was() {
  return always(Law::progress, "what does not join is as it was", [](auto& q) {
    const auto& child = q.scene.child;
    const Cond offered = child == q.scene.place || q.path.after.is_merged(q.before.frame(child));
    return (Cond(joins(q.path)) || is_as_it_was(q, q.scene.place)) &&
           ((Cond(joins(q.path)) && offered) || is_as_it_was(q, child));
  });
}

/// Both then show one frame, which every later merge is offered, unless it is the zero page.
Goal who_joins_shares() {
  return always(Law::frugal, "who joins shares a frame that is offered", [](auto& q) {
    const auto frame = q.path.after.frame(q.scene.place);
    return Cond(!joins(q.path)) ||
           (frame != q.before.frame(q.scene.place) && q.path.after.present(q.scene.place) &&
            q.path.after.readable(q.scene.place) == q.before.may_read(q.scene.place) &&
            (q.path.after.is_merged(frame) || is_zero_frame(frame)));
  });
}

Goal who_joins_lets_its_frame_go() {
  return always(Law::no_leak, "the frame of the last holder is free", [](auto& q) {
    const auto frame = q.before.frame(q.scene.place);
    return implies(Cond(joins(q.path)) && q.before.count(frame) == 1, q.path.after.is_free(frame));
  });
}

/// Nobody who is told of writes, or whose frame a device keeps, or others have as part of a huge
/// page, joins.
Goal only_who_may_joins() {
  return always(Law::pin_stable, "who has a device or is write-protected does not join",
                [](auto& q) {
                  const auto may = [&](const Slot& slot) {
                    const auto frame = q.before.frame(slot);
                    return q.before.pins(frame) + q.before.passing(frame) == 0 &&
                           q.before.others(frame) == 0 && !q.before.wp(slot);
                  };
                  const auto moved = [&](const Slot& slot) {
                    return q.path.after.frame(slot) != q.before.frame(slot) ||
                           q.path.after.writable(slot) != q.before.writable(slot);
                  };
                  return implies(moved(q.scene.place), may(q.scene.place)) &&
                         implies(moved(q.scene.child), may(q.scene.child));
                });
}

Spec merge_page() {
  Spec spec{Step::merge_page,
            "merge_page",
            "merge_page",
            {something_is_present(), given("it is neither merged nor the object's (mergeable)",
                                           [](auto& s, auto& c) {
                                             const auto frame = s.frame(c.place);
                                             return !s.is_merged(frame) && !s.is_zero(frame) &&
                                                    !s.of_object(frame);
                                           })},
            {every_view_is_kept(), what_does_not_join_is_as_it_was(), who_joins_shares(),
             who_joins_lets_its_frame_go(), only_who_may_joins(), pinned_page_keeps_its_frame()}};
  spec.composed = true;
  return spec;
}

}  // namespace

std::vector<Spec> merge_steps() { return {merge_page()}; }

}  // namespace cow::proofs
