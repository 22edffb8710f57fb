#include "proofs/premises.h"

namespace cow::proofs {

namespace {

using kernel::Law;

Invariant absent() {
  return given("nothing is there", [](auto& s, auto& c) { return s.nothing_at(c.place); });
}

Spec demand_zero() {
  return {Step::demand_zero,
          "demand_zero",
          "demand_zero",
          {absent(), area_is_anonymous()},
          {every_view_is_kept(), fresh_page_is_zero(), refusal_changes_nothing(),
           fault_grants_access(false), first_write_needs_no_second_fault()}};
}

/// Until somebody writes, the zero page does.
Spec demand_zero_page() {
  return {Step::demand_zero_page,
          "demand_zero_page",
          "demand_zero_page",
          {absent(), area_is_anonymous(),
           given("the machine has a zero page", [](auto&, auto&) { return has_zero(); })},
          {every_view_is_kept(), fresh_page_is_zero(), fault_grants_access(false),
           always(Law::frugal, "it takes no frame", [](auto& q) {
             const auto any = any_point();
             return q.before.is_free(any.frame) == q.path.after.is_free(any.frame);
           })}};
}

Spec demand_object() {
  return {Step::demand_object,
          "demand_object",
          "demand_object",
          {absent(), of_a_process(),
           given("the area has an object", [](auto& s, auto& c) { return s.has_object(c.place); })},
          {every_view_is_kept(), fresh_page_is_zero(), refusal_changes_nothing(),
           fault_grants_access(false), first_write_needs_no_second_fault()}};
}

Cond is_alone(const Question& q) {
  const auto frame = q.before.frame(q.scene.place);
  return q.before.count(frame) == 1 || q.before.exclusive(q.scene.place);
}
Cond keeps_its_frame(const Question& q) {
  return q.path.after.frame(q.scene.place) == q.before.frame(q.scene.place);
}

Goal in_place() {
  return always(Law::frugal, "who is alone keeps the frame",
                [](auto& q) { return implies(is_alone(q), keeps_its_frame(q)); });
}

Spec write_fault() {
  Spec spec{
      Step::write_fault,
      "write_fault",
      "write_fault",
      {something_is_present(), is_not_write_protected(),
       given("the area allows writing", [](auto& s, auto& c) { return s.may_write(c.place); })},
      {every_view_is_kept(), refusal_changes_nothing(), fault_grants_access(true), in_place(),
       pinned_page_keeps_its_frame()}};
  spec.marks.written = true;
  return spec;
}

Spec move_to_copy() {
  Spec spec{Step::move_to_copy,
            "move_to_copy",
            "move_to_copy",
            {something_is_present(), area_is_private(),
             given("it is not exclusive: nobody is moved away from a pin",
                   [](auto& s, auto& c) { return !s.exclusive(c.place); }),
             given("the area, and the page, allow what is asked for",
                   [](auto& s, auto& c) {
                     return implies(c.new_write, s.may_write(c.place) && !s.wp(c.place));
                   })},
            {every_view_is_kept(), refusal_changes_nothing(), pinned_page_keeps_its_frame(),
             always(Law::frugal, "a copy for reading stays unwritten", [](auto& q) {
               const auto& place = q.scene.place;
               return implies(!q.scene.new_write && q.before.unwritten(place),
                              q.path.after.unwritten(place));
             })}};
  spec.marks.written = true;
  return spec;
}

Spec unshare() {
  const auto exclusive = on_status(
      Law::progress, "after it a pin may take the frame", kernel::Status::ok, [](auto& q) {
        const auto entry = q.path.after.entry(q.scene.place);
        return entry.present() && entry.exclusive() &&
               implies(q.before.readable(q.scene.place), entry.readable());
      });
  return {Step::unshare,
          "unshare",
          "unshare",
          {something_is_present(), area_is_private()},
          {every_view_is_kept(), refusal_changes_nothing(), in_place(), exclusive,
           pinned_page_keeps_its_frame()}};
}

}  // namespace

std::vector<Spec> fault_steps() {
  return {demand_zero(), demand_zero_page(), demand_object(),
          write_fault(), move_to_copy(),     unshare()};
}

}  // namespace cow::proofs
