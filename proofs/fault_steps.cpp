#include "proofs/premises.h"

namespace cow::proofs {

namespace {

using kernel::Law;

Invariant absent() {
  return given("nothing is present", [](auto& s, auto& c) { return !s.present(c.place); });
}

Spec demand_zero() {
  return {
      Step::demand_zero,
      "demand_zero",
      "demand_zero",
      {absent(), given("the area is private", [](auto& s, auto& c) { return !s.shared(c.place); })},
      {every_view_is_kept(), fresh_page_is_zero(), refusal_changes_nothing(),
       fault_grants_access(false), first_write_needs_no_second_fault()}};
}

Spec demand_shared() {
  return {Step::demand_shared,
          "demand_shared",
          "demand_shared",
          {absent(), of_a_process(),
           given("the area is shared", [](auto& s, auto& c) { return s.shared(c.place); })},
          {every_view_is_kept(), fresh_page_is_zero(), refusal_changes_nothing(),
           fault_grants_access(false), first_write_needs_no_second_fault()}};
}

Spec write_fault() {
  const auto in_place = always(Law::frugal, "the last holder writes in place", [](auto& q) {
    const auto frame = q.before.frame(q.scene.place);
    const Cond last = q.before.ledger.holders(frame) == 1;
    return implies(last, q.path.after.frame(q.scene.place) == frame);
  });
  return {Step::write_fault,
          "write_fault",
          "write_fault",
          {given("present", [](auto& s, auto& c) { return s.present(c.place); }),
           given("the area allows writing", [](auto& s, auto& c) { return s.may_write(c.place); })},
          {every_view_is_kept(), refusal_changes_nothing(), fault_grants_access(true), in_place}};
}

}  // namespace

std::vector<Spec> fault_steps() { return {demand_zero(), demand_shared(), write_fault()}; }

}  // namespace cow::proofs
