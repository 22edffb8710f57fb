#include "proofs/premises.h"

// The steps of an eager fork (impl/kernel/eager.h), and what a process that makes a common table
// its own does to each page (inherit_page of impl/kernel/shared_table.h).

namespace cow::proofs {

namespace {

using kernel::Law;
using kernel::Status;

/// The child shows what its parent shows; all others what they did.
Goal child_sees_its_parents_page() {
  return every_view_is(
      [](auto& q, auto& slot, auto& offset) {
        const Cond given = Cond(q.path.outcome.status == Status::ok) && slot == q.scene.child;
        return q.before.view(choose(given, q.scene.place, slot), offset);
      },
      [](auto&, auto&) { return Cond(false); });
}

Spec hold_leaf() {
  const auto stands_still = always(Law::progress, "nobody writes there but a device", [](auto& q) {
    const auto& place = q.scene.place;
    const auto frame = q.before.frame(place);
    const Cond device = q.before.pins(frame) + q.before.passing(frame) > 0;
    return implies(q.before.present(place) && !device, !q.path.after.writable(place));
  });
  const auto stays_alone =
      always(Law::frugal, "who was alone is, and no write is copied", [](auto& q) {
        const auto& place = q.scene.place;
        return q.path.after.exclusive(place) == q.before.exclusive(place) &&
               q.path.after.frame(place) == q.before.frame(place);
      });
  return {Step::hold_leaf,
          "hold_leaf",
          "hold_leaf",
          {parent_forks()},
          {every_view_is_kept(), stands_still, stays_alone, pinned_page_keeps_its_frame()}};
}

Spec copy_for_child() {
  const auto is_its_own =
      on_status(Law::frugal, "the child has its copy alone", Status::ok, [](auto& q) {
        const auto &a = q.before, &b = q.path.after;
        const auto& child = q.scene.child;
        return implies(!a.empty_at(q.scene.place), b.present(child) && b.exclusive(child) &&
                                                       b.readable(child) == a.may_read(child) &&
                                                       b.writable(child) == a.may_write(child));
      });
  const auto parent_stays = always(
      Law::isolation, "the parent's entry stays as it is",
      [](auto& q) { return q.path.after.entry(q.scene.place) == q.before.entry(q.scene.place); });
  Spec spec{Step::copy_for_child,
            "copy_for_child",
            "copy_for_child",
            areas_are_alike(),
            {child_sees_its_parents_page(), refusal_changes_nothing(), is_its_own, parent_stays}};
  spec.marks.to_child = true;
  spec.premises.push_back(area_is_private());
  spec.premises.push_back(child_is_empty());
  return spec;
}

Spec copy_swapped() {
  auto spec = waiting_for_swap(copy_for_child(), Step::copy_swapped, "copy_swapped");
  spec.code = "copy_swapped";
  spec.premises = areas_are_alike();
  spec.premises.push_back(child_is_empty());
  spec.premises.push_back(is_in_swap());  // so the area is private
  return spec;
}

/// Both tables map the page then, and neither has it alone.
Spec inherit_page() {
  const auto shares = always(Law::frugal, "nothing is copied", [](auto& q) {
    const auto &a = q.before, &b = q.path.after;
    const auto &place = q.scene.place, &child = q.scene.child;
    return b.present(child) == a.present(place) && b.swapped(child) == a.swapped(place) &&
           implies(a.present(place), b.frame(child) == a.frame(place)) &&
           implies(a.swapped(place), b.swap(child) == a.swap(place));
  });
  Spec spec{Step::inherit_page,
            "inherit_page",
            "inherit_page",
            areas_are_alike(),
            {child_sees_its_parents_page(), shares, pinned_page_keeps_its_frame()}};
  spec.marks.to_child = true;
  spec.premises.push_back(child_is_empty());
  spec.premises.push_back(parent_forks());
  spec.premises.push_back(
      given("no device holds what lies below a common entry", [](auto& s, auto& c) {
        return implies(s.present(c.place) && !s.shared(c.place), s.pins(s.frame(c.place)) == 0);
      }));
  return spec;
}

}  // namespace

std::vector<Spec> eager_steps() {
  return {hold_leaf(), copy_for_child(), copy_swapped(), inherit_page()};
}

}  // namespace cow::proofs
