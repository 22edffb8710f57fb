#include "proofs/premises.h"

namespace cow::proofs {

namespace {

using kernel::Law;
using kernel::Status;

/// The device and the process see one frame, now and after every later step: the invariants keep
/// an exclusive entry where it is.
Cond device_has_the_page(const Question& q) {
  const auto& place = q.scene.place;
  const auto &a = q.before, &b = q.path.after;
  const auto frame = a.frame(place);
  return a.present(place) && b.frame(place) == frame && b.pins(frame) == a.pins(frame) + 1 &&
         (b.shared(place) || b.exclusive(place));
}

Cond is_permitted(const Question& q) {
  const auto area = q.before.area(q.scene.place);
  return area.may_read() && implies(q.scene.new_write, area.may_write());
}

/// What is ready is pinned without a fault.
Cond only_what_is_not_ready_is_refused(const Question& q) {
  const auto entry = q.before.entry(q.scene.place);
  const Cond for_reading =
      entry.readable() && (q.before.shared(q.scene.place) || entry.exclusive());
  const Cond ready = (q.scene.new_write && entry.writable()) || (!q.scene.new_write && for_reading);
  return !(entry.present() && ready);
}

Spec pin_page() {
  Spec spec{Step::pin_page,
            "pin_page",
            "pin_page",
            {},
            {every_view_is_kept(), refusal_changes_nothing(),
             on_status(Law::frugal, "what is ready needs no fault", Status::segfault,
                       only_what_is_not_ready_is_refused)}};
  for (auto& goal : pin_is_good()) spec.goals.push_back(goal);
  return spec;
}

/// Of a part of a huge page: a pin of any part is one of the block.
Spec pin_huge() {
  auto spec = pin_page();
  spec.step = Step::pin_huge;
  spec.name = "pin_huge";
  return of_huge_pages(spec);
}

/// `place` serves to name the frame; nothing need be present there any more.
Spec unpin() {
  const auto frees = always(Law::no_leak, "the frame of the last holder is free", [](auto& q) {
    const auto frame = q.before.frame(q.scene.place);
    return implies(q.before.count(frame) == 1, q.path.after.is_free(frame));
  });
  return {
      Step::unpin,
      "unpin",
      "unpin",
      {given("the frame is pinned", [](auto& s, auto& c) { return s.pins(s.frame(c.place)) > 0; })},
      {every_view_is_kept(), frees}};
}

}  // namespace

std::vector<Goal> pin_is_good() {
  return {
      on_status(Law::pin_stable, "the device has the frame that the process sees", Status::ok,
                device_has_the_page),
      on_status(Law::permission, "only what the area permits is pinned", Status::ok, is_permitted)};
}

std::vector<Spec> pin_steps() { return {pin_page(), unpin(), pin_huge()}; }

}  // namespace cow::proofs
