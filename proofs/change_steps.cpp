#include "proofs/premises.h"

namespace cow::proofs {

namespace {

using kernel::Law;

Spec unmap_page() {
  Spec step{Step::unmap_page,
            "unmap_page",
            "zap_page",
            {of_a_process()},
            {other_views_are_kept(), last_holder_frees(), last_namer_frees()}};
  step.marks.goes = true;
  return step;
}

Spec zap_swapped() {
  auto step = waiting_for_swap(unmap_page(), Step::zap_swapped, "zap_swapped");
  step.code = "zap_swapped";
  step.premises = {is_in_swap()};
  step.goals = {other_views_are_kept(), last_namer_frees()};
  return step;
}

Spec drop_page() {
  const auto show_the_object = [](auto& q, auto& slot) {
    return q.before.has_object(slot) && q.before.object_of(slot) == q.scene.place;
  };
  Spec step{
      Step::drop_page,
      "drop_page",
      "zap_page",
      {given("the slot is an object's", [](auto& s, auto& c) { return s.is_object(c.place); }),
       given_of_all("no area names the object, so nothing maps it",
                    [](auto& s, auto& c, auto& slot) {
                      const Cond maps_it = s.has_object(slot) && s.object_of(slot) == c.place;
                      return implies(maps_it && slot != c.place, !s.present(slot));
                    })},
      {every_view_is([](auto& q, auto& slot, auto& offset) { return q.before.view(slot, offset); },
                     show_the_object),
       last_holder_frees()}};
  // Shared memory never is, nor has it markers.
  step.never = {"never swapped(place)", "never (guard(place) or wp(place))"};
  return step;
}

Spec protect_page() {
  const auto has_new_access = always(Law::progress, "the entry has the new access", [](auto& q) {
    const auto entry = q.path.after.entry(q.scene.place);
    const Cond writes = entry.writable() == q.scene.new_write;
    return implies(entry.present(), entry.readable() == q.scene.new_read &&
                                        implies(q.before.shared(q.scene.place), writes));
  });
  return {Step::protect_page,
          "protect_page",
          "protect_page",
          {given("access is ordered, also the new one",
                 [](auto&, auto& c) { return implies(c.new_write, c.new_read); })},
          {every_view_is_kept(), has_new_access}};
}

/// `place` moves to `child`, another slot of the same process; the area there is what the area
/// here was. What `place` shows afterwards nobody asks: it is in no area any more.
Spec move_page() {
  const auto moved = [](auto& q, auto& slot, auto& offset) {
    const auto source = choose(slot == q.scene.child, q.scene.place, slot);
    return q.before.view(source, offset);
  };
  const auto left = [](auto& q, auto& slot) { return slot == q.scene.place; };
  const auto keeps_frame = always(Law::pin_stable, "the same frame, as exclusive", [](auto& q) {
    const auto from = q.before.entry(q.scene.place), to = q.path.after.entry(q.scene.child);
    const Cond in_swap =
        to.swapped() == from.swapped() &&
        implies(from.swapped(), to.slot() == from.slot() && to.exclusive() == from.exclusive());
    return in_swap && to.present() == from.present() &&
           implies(from.present(), to.frame() == from.frame() &&
                                       to.exclusive() == from.exclusive() &&
                                       to.writable() == from.writable());
  });
  Spec step{Step::move_page,
            "move_page",
            "move_leaf",
            areas_are_alike(),
            {every_view_is(moved, left), keeps_frame}};
  step.premises.push_back(of_a_process());
  step.premises.push_back(child_is_empty());
  step.marks.goes = step.marks.to_child = true;
  step.never = {"never (not guard(place) and not present(place) and not swapped(place))"};
  step.premises.push_back(both_are_of_one_process());
  return step;
}

}  // namespace

std::vector<Spec> change_steps() {
  return {unmap_page(), zap_swapped(), drop_page(), protect_page(), move_page()};
}

}  // namespace cow::proofs
