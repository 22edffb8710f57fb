#include "proofs/mark_goals.h"

#include <utility>

namespace cow::proofs {

namespace {

using kernel::Law;

Cond is_held_by_device(const State& s, const Slot& slot) {
  return s.pins(s.frame(slot)) + s.passing(s.frame(slot)) > 0;
}

/// What a device writes nobody notes.
Cond may_be_cleared(const Question& q) {
  const auto& place = q.scene.place;
  return !q.before.empty_at(place) &&
         !(q.before.present(place) && is_held_by_device(q.before, place));
}

}  // namespace

Goal the_rest_stays(bool access, bool wp, bool unwritten) {
  return always(Law::frugal, "all else stays as it was", [=](auto& q) {
    const auto& place = q.scene.place;
    const auto &a = q.before, &b = q.path.after;
    const Cond stays = b.present(place) && b.frame(place) == a.frame(place) &&
                       b.readable(place) == a.readable(place) &&
                       b.exclusive(place) == a.exclusive(place);
    return implies(a.present(place),
                   stays && implies(Cond(access), b.writable(place) == a.writable(place)) &&
                       implies(Cond(wp), b.wp(place) == a.wp(place)) &&
                       implies(Cond(unwritten), b.unwritten(place) == a.unwritten(place)));
  });
}

Goal marks_of_what_is_not_there_stay() {
  return always(Law::permission, "a guard stays one, and nothing becomes one", [](auto& q) {
    return q.path.after.guard(q.scene.place) == q.before.guard(q.scene.place);
  });
}

Goal every_view_is_kept_but(std::function<Cond(const Question&)> fresh) {
  return every_view_is(
      [fresh = std::move(fresh)](auto& q, auto& slot, auto& offset) {
        return choose(slot == q.scene.place && fresh(q), zero_byte(), q.before.view(slot, offset));
      },
      [](auto&, auto&) { return Cond(false); });
}

Goal gives_up_what_it_may() {
  return always(Law::progress, "what no device holds may be dropped now", [](auto& q) {
    const auto& place = q.scene.place;
    const Cond may = q.before.present(place) && !is_zero_frame(q.before.frame(place)) &&
                     !is_held_by_device(q.before, place);
    return q.path.after.droppable(place) == (may || q.before.droppable(place));
  });
}

Goal clears_no_more_than_it_may() {
  return always(Law::accounted, "what a device holds counts as written", [](auto& q) {
    const auto& place = q.scene.place;
    return implies(q.path.after.counts_unwritten(place),
                   may_be_cleared(q) || q.before.counts_unwritten(place));
  });
}

Goal clears_what_it_may() {
  return always(Law::frugal, "what no device holds counts as not written", [](auto& q) {
    return implies(may_be_cleared(q), q.path.after.counts_unwritten(q.scene.place));
  });
}

Goal is_protected_as_asked() {
  return always(Law::permission, "it is write-protected now, or not, as it was asked for",
                [](auto& q) {
                  const auto& place = q.scene.place;
                  return q.path.after.wp(place) == (q.scene.new_write && !q.before.guard(place));
                });
}

Goal letting_go_grants_nothing() {
  return always(Law::frugal, "write permission goes, if it is asked for, and never comes",
                [](auto& q) {
                  const auto& place = q.scene.place;
                  const auto &a = q.before, &b = q.path.after;
                  return implies(a.present(place),
                                 b.writable(place) == (a.writable(place) && !q.scene.new_write));
                });
}

Cond is_dropped(const Question& q) { return q.before.droppable(q.scene.place); }

Goal drops_what_was_given_up() {
  return always(Law::frugal, "what was given up, and not written, just goes", [](auto& q) {
    const auto any = any_point().swap;
    return implies(is_dropped(q), q.path.after.empty_at(q.scene.place) &&
                                      q.path.after.names(any) == q.before.names(any));
  });
}

Goal marks_go_with_the_page() {
  return always(Law::permission, "protection goes with the page", [](auto& q) {
    const auto& place = q.scene.place;
    return q.path.after.wp(place) == (q.before.wp(place) && !is_dropped(q)) &&
           q.path.after.guard(place) == q.before.guard(place);
  });
}

Goal writes_go_with_the_page() {
  return always(Law::accounted, "what was not written goes to swap as such", [](auto& q) {
    const auto& place = q.scene.place;
    return q.path.after.counts_unwritten(place) ==
           (q.before.counts_unwritten(place) && !is_dropped(q));
  });
}

Goal last_holder_frees_what_goes() {
  return always(Law::no_leak, "the frame of the last holder is free", [](auto& q) {
    const auto& place = q.scene.place;
    const auto frame = q.before.frame(place);
    const Cond goes = q.before.present(place) && !q.path.after.present(place);
    return implies(goes && !q.path.after.table(place) && q.before.count(frame) == 1,
                   q.path.after.is_free(frame));
  });
}

}  // namespace cow::proofs
