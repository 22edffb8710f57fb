#include "proofs/premises.h"

namespace cow::proofs {

namespace {

using kernel::Law;

/// Who had the page alone has it alone still, wherever it is; nobody else comes to think so.
Goal exclusive_as_before() {
  return always(Law::pin_stable, "exclusive is who was", [](auto& q) {
    const auto& place = q.scene.place;
    return implies(!q.before.empty_at(place),
                   q.path.after.exclusive(place) == q.before.exclusive(place));
  });
}

Goal last_holder_frees_when_it_goes() {
  return always(Law::no_leak, "the frame of the last holder is free", [](auto& q) {
    const auto frame = q.before.frame(q.scene.place);
    const Cond last = q.before.present(q.scene.place) && q.before.count(frame) == 1;
    return implies(last && q.path.after.swapped(q.scene.place), q.path.after.is_free(frame));
  });
}

Cond may_go(const State& s, const Slot& place) {
  const auto frame = s.frame(place);
  return s.present(place) && s.pins(frame) + s.passing(frame) == 0 && !is_zero_frame(frame) &&
         s.others(frame) == 0;
}

/// A page that is not pinned goes, when there is room; who waits for a lock looks before and after.
Cond goes_when_it_may(const Question& q) {
  const auto& place = q.scene.place;
  const auto& a = q.before;
  const Cond room = a.in_cache(a.frame(place)) || Cond("room");
  const Cond may = may_go(q.path.segments.front().before, place) && may_go(a, place);
  return implies(may && room, q.path.after.swapped(place));
}

Spec swap_out() {
  return {Step::swap_out,
          "swap_out",
          "swap_out",
          {given("it does not show an object's page (shows_object)",
                 [](auto& s, auto& c) { return !s.shows_object(c.place) || s.empty_at(c.place); })},
          {every_view_is_kept(), pinned_page_keeps_its_frame(), last_holder_frees_when_it_goes(),
           exclusive_as_before(), always(Law::progress, "what may go goes", goes_when_it_may),
           always(Law::frugal, "the zero page stays", [](auto& q) {
             const auto& place = q.scene.place;
             const Cond zero = q.before.present(place) && is_zero_frame(q.before.frame(place));
             return implies(zero, q.path.after.present(place));
           })}};
}

/// Who finds the page in memory takes no frame for it.
Cond takes_what_is_cached(const Question& q) {
  const auto swap = q.before.swap(q.scene.place);
  return implies(q.before.in_memory(swap),
                 q.path.after.frame(q.scene.place) == q.before.frame_of(swap));
}

Spec swap_in() {
  return {Step::swap_in,
          "swap_in",
          "swap_in",
          {is_in_swap()},
          {every_view_is_kept(), refusal_changes_nothing(), fault_grants_access(false),
           last_namer_frees(), exclusive_as_before(),
           on_status(Law::frugal, "what is in memory is shared", kernel::Status::ok,
                     takes_what_is_cached)}};
}

}  // namespace

/// What comes back because it was pinned meanwhile comes back as it was: so nobody may have written
/// to it meanwhile. Only what is dirty goes (kernel::page_out), and the rest is dropped.
Spec go_out() {
  auto spec = waiting_for_swap(swap_out(), Step::go_out, "go_out");
  spec.premises.push_back(
      given("it is not given up, or was written since (page_out)",
            [](auto& s, auto& c) { return implies(s.present(c.place), s.dirty(c.place)); }));
  return spec;
}

std::vector<Spec> swap_steps() {
  return {swap_out(), swap_in(), go_out(),
          waiting_for_swap(swap_in(), Step::come_back, "come_back")};
}

}  // namespace cow::proofs
