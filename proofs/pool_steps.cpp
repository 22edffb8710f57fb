#include "proofs/premises.h"

// The steps of impl/kernel/hugetlb.h and hugetlb_range.h: huge pages of the pool. The pool holds
// each of them by one leaf for good, which is none that a process could use (State::users).

namespace cow::proofs {

namespace {

using kernel::Law;
using kernel::Status;

/// No call that gives up, protects, clears or guards takes pages of the pool; nor does pageout.
Invariant pool_has_no_marks() {
  return given("its entry has no marks, and is not in swap", [](auto& s, auto& c) {
    return !s.wp(c.place) && !s.guard(c.place) && !s.swapped(c.place) &&
           implies(s.present(c.place), s.dirty(c.place) && !s.unwritten(c.place));
  });
}

/// As fill_object has it from the start on.
Invariant object_has_the_page() {
  return given("the object has the page", [](auto& s, auto& c) {
    return implies(s.has_object(c.place), s.present(s.object_of(c.place)));
  });
}

Cond is_owed() { return Cond("pool_owes_it"); }

Goal comes_from_the_pool() {
  return on_status(Law::progress, "it is a page of the pool", Status::ok,
                   [](auto& q) { return q.path.after.pooled(q.path.after.frame(q.scene.place)); });
}

Spec demand_hugetlb() {
  const auto keeps_promises = on_status(Law::progress, "what was promised is there",
                                        Status::bus_error, [](auto&) { return !is_owed(); });
  return of_huge_pages({Step::demand_hugetlb,
                        "demand_hugetlb",
                        "demand_hugetlb",
                        {nothing_is_there(), area_is_anonymous()},
                        {every_view_is_kept(), fresh_page_is_zero(), refusal_changes_nothing(),
                         fault_grants_access(false), first_write_needs_no_second_fault(),
                         comes_from_the_pool(), keeps_promises}});
}

Spec demand_held_hugetlb() {
  const auto shows = always(Law::isolation, "it shows the object's page", [](auto& q) {
    const auto &a = q.before, &b = q.path.after;
    const auto& place = q.scene.place;
    return b.present(place) && b.frame(place) == a.frame(a.object_of(place));
  });
  return of_huge_pages(
      {Step::demand_held_hugetlb,
       "demand_held_hugetlb",
       "demand_held_hugetlb",
       {nothing_is_there(), object_has_the_page(),
        given("the area has an object", [](auto& s, auto& c) { return s.has_object(c.place); })},
       {every_view_is_kept(), fault_grants_access(false), first_write_needs_no_second_fault(),
        shows}});
}

/// It keeps its page when nothing else has any part of it, but the pool.
Cond keeps_what_is_its_own(const Question& q) {
  const auto &a = q.before, &b = q.path.after;
  const auto& place = q.scene.place;
  const Cond alone = a.exclusive(place) || a.users(a.frame(place)) == 1;
  return implies(alone, b.present(place) && b.frame(place) == a.frame(place));
}

Spec own_hugetlb() {
  const auto is_its_own = on_status(Law::progress, "it is its own now", Status::ok, [](auto& q) {
    const auto& b = q.path.after;
    const auto& place = q.scene.place;
    return b.present(place) && b.exclusive(place) && implies(q.scene.new_write, b.writable(place));
  });
  const auto keeps_promises = on_status(Law::progress, "what was promised is there",
                                        Status::bus_error, [](auto&) { return !is_owed(); });
  return of_huge_pages(
      {Step::own_hugetlb,
       "own_hugetlb",
       "own_hugetlb",
       {something_is_present(), area_is_private(), not_found_otherwise(), pool_has_no_marks(),
        given("the area allows what is asked for",
              [](auto& s, auto& c) { return implies(c.new_write, s.may_write(c.place)); })},
       {every_view_is_kept(), refusal_changes_nothing(), is_its_own, keeps_promises,
        pinned_page_keeps_its_frame(),
        always(Law::frugal, "who is alone keeps the page", keeps_what_is_its_own)}});
}

/// Of a fault for writing, or for a pin of private memory, which looks with the lock only.
Cond is_ready(const Question& q) {
  const auto& b = q.path.after;
  const auto& place = q.scene.place;
  const Cond exclusive = !q.scene.new_write && !q.scene.new_read && !b.shared(place);
  return implies(q.scene.new_write, b.present(place) && b.writable(place)) &&
         implies(exclusive, b.present(place) && b.exclusive(place));
}

/// As fault_huge. One that finds the pool dry may have shown the object's page before.
Spec fault_hugetlb() {
  const auto keeps_promises =
      on_status(Law::progress, "whom the pool owes a page gets it", Status::bus_error, [](auto& q) {
        const auto& place = q.scene.place;
        const Cond lacks = q.before.empty_at(place) || q.before.shows_object(place);
        return Cond("was_lost") || !(is_owed() && lacks);
      });
  Spec step{Step::fault_hugetlb,
            "fault_hugetlb",
            "fault_hugetlb",
            {not_found_otherwise(), pool_has_no_marks(), object_has_the_page(),
             given("the area allows what is asked for",
                   [](auto& s, auto& c) {
                     return s.may_read(c.place) && implies(c.new_write, s.may_write(c.place));
                   })},
            {every_view_is_kept(), fresh_page_is_zero(), pinned_page_keeps_its_frame(),
             keeps_promises, on_status(Law::progress, "it is ready", Status::ok, is_ready)}};
  step.composed = true;
  return of_huge_pages(step);
}

/// The object gets the page that was promised, unless another process was faster.
Spec fill_object() {
  const auto is_filled = always(Law::progress, "the object has the page", [](auto& q) {
    const auto &a = q.before, &b = q.path.after;
    const auto object = a.object_of(q.scene.place);
    return implies(a.has_object(q.scene.place),
                   b.present(object) && implies(!a.present(object), b.pooled(b.frame(object))));
  });
  return of_huge_pages({Step::fill_object,
                        "fill_object",
                        "fill_object",
                        {},
                        {every_view_is_kept(), fresh_page_is_zero(), is_filled}});
}

Spec fork_hugetlb() {
  const auto pinned_stays = always(Law::pin_stable, "the parent keeps what is pinned", [](auto& q) {
    const auto& place = q.scene.place;
    const auto &a = q.before, &b = q.path.after;
    const Cond pinned =
        a.pins(a.frame(place)) > 0 && !a.shared(place) && !a.of_object(a.frame(place));
    return implies(pinned, b.frame(place) == a.frame(place) && b.exclusive(place) &&
                               b.writable(place) == a.writable(place));
  });
  const auto shows = [](auto& q, auto& slot, auto& offset) {
    const Cond shared = slot == q.scene.child && q.path.after.present(q.scene.child);
    return q.before.view(choose(shared, q.scene.place, slot), offset);
  };
  const auto given = on_status(Law::progress, "the child has it", Status::ok,
                               [](auto& q) { return q.path.after.present(q.scene.child); });
  const auto copies_no_more =
      on_status(Law::frugal, "no more is copied than has to be", Status::ok, [](auto& q) {
        const auto &a = q.before, &b = q.path.after;
        const auto frame = a.frame(q.scene.place);
        const Cond must = Cond("copies_eagerly") || a.pins(frame) + a.passing(frame) > 0;
        return must || b.frame(q.scene.child) == frame;
      });
  Spec step{Step::fork_hugetlb,
            "fork_hugetlb",
            "fork_hugetlb",
            areas_are_alike(),
            {every_view_is(shows, [](auto&, auto&) { return Cond(false); }),
             refusal_changes_nothing(), pinned_stays, given, copies_no_more}};
  step.premises.push_back(something_is_present());
  step.premises.push_back(child_is_empty());
  step.premises.push_back(parent_forks());
  step.marks.to_child = true;
  step.never = {
      // shared memory that is there shows its object
      "never (not (exclusive(place) and not (passing(frame(place)) + pins(frame(place))) <= 0) and "
      "shared(place))"};
  return of_huge_pages(step);
}

/// The entry goes, then its translations, then the reference; and the owner keeps the page.
Spec lose_hugetlb() {
  const auto owner_keeps = always(Law::isolation, "the owner keeps the page", [](auto& q) {
    const auto& owner = q.scene.child;
    return q.path.after.present(owner) && q.path.after.frame(owner) == q.before.frame(owner);
  });
  const auto sharer_loses = always(Law::progress, "who shared it has it no more", [](auto& q) {
    const auto& b = q.path.after;
    return !(b.present(q.scene.place) && b.frame(q.scene.place) == b.frame(q.scene.child));
  });
  Spec step{Step::lose_hugetlb,
            "lose_hugetlb",
            "clear_lost",
            {of_a_process(), pool_has_no_marks(),
             given("another process owns the page",
                   [](auto& s, auto& c) {
                     return s.present(c.child) && s.process_of(c.child) != s.process_of(c.place);
                   })},
            {other_views_are_kept(), owner_keeps, sharer_loses}};
  for (auto& goal : what_is_owed_is_counted({Scene().place})) step.goals.push_back(goal);
  step.marks.goes = true;
  return of_huge_pages(step);
}

}  // namespace

std::vector<Spec> pool_steps() {
  return {demand_hugetlb(), demand_held_hugetlb(), own_hugetlb(), fault_hugetlb(),
          fill_object(),    fork_hugetlb(),        lose_hugetlb()};
}

}  // namespace cow::proofs
