#include "proofs/mark_goals.h"
#include "proofs/premises.h"

// The steps that change what an entry says of writes to its page: given up (lazyfree.h),
// write-protected (uffd.h), not written (soft_dirty.h), or a guard in its place (guard.h); of small
// pages and huge ones.

namespace cow::proofs {

namespace {

using kernel::Law;

Spec asks(Spec spec) {
  spec.marks.asks = true;
  return spec;
}

/// They look again whether a device came meanwhile, without a lock; here none does.
Spec looks_twice(Spec spec) {
  spec.never.push_back("always (passing(frame(place)) + pins(frame(place))) <= 0");
  return spec;
}
Spec as_huge(Spec spec) {
  spec.huge = true;
  return asks(spec);
}

Spec give_up_page() {
  const auto of_swap = always(Law::permission, "what is in swap goes with its marks", [](auto& q) {
    const auto& place = q.scene.place;
    return q.path.after.wp(place) == (q.before.wp(place) && !q.before.swapped(place));
  });
  return looks_twice(
      asks({Step::give_up_page,
            "give_up_page",
            "give_up_page",
            {area_is_anonymous()},
            {every_view_is_kept_but([](auto& q) { return q.before.swapped(q.scene.place); }),
             gives_up_what_it_may(), the_rest_stays(true, true, true), last_namer_frees(), of_swap,
             marks_of_what_is_not_there_stay(), pinned_page_keeps_its_frame()}}));
}

Spec page_out() {
  return asks(
      {Step::page_out,
       "page_out",
       "page_out",
       {given("it does not show an object's page (shows_object)",
              [](auto& s, auto& c) { return !s.shows_object(c.place) || s.empty_at(c.place); })},
       {every_view_is_kept_but(is_dropped), drops_what_was_given_up(), marks_go_with_the_page(),
        writes_go_with_the_page(), last_holder_frees_what_goes(), pinned_page_keeps_its_frame()}});
}

Spec write_protect_page() {
  return asks({Step::write_protect_page,
               "write_protect_page",
               "write_protect_page",
               {area_is_anonymous()},
               {every_view_is_kept(), is_protected_as_asked(), letting_go_grants_nothing(),
                the_rest_stays(false, false, true), marks_of_what_is_not_there_stay(),
                pinned_page_keeps_its_frame()}});
}

Goal guards_as(bool on) {
  return always(Law::permission, on ? "a guard is there" : "no guard is there",
                [=](auto& q) { return q.path.after.guard(q.scene.place) == Cond(on); });
}

Spec guard_page() {
  Spec spec{Step::guard_page,
            "guard_page",
            "guard_page",
            {area_is_anonymous()},
            {every_view_is_kept_but([](auto&) { return Cond(true); }), guards_as(true),
             last_holder_frees(), last_namer_frees()}};
  return asks(spec);
}

Spec unguard_page() {
  const auto wp_stays = always(Law::permission, "what was write-protected is", [](auto& q) {
    return q.path.after.wp(q.scene.place) == q.before.wp(q.scene.place);
  });
  return asks({Step::unguard_page,
               "unguard_page",
               "unguard_page",
               {},
               {every_view_is_kept(), guards_as(false), the_rest_stays(true, true, true), wp_stays,
                pinned_page_keeps_its_frame()}});
}

Spec clear_page_refs() {
  Spec spec{Step::clear_page_refs,
            "clear_page_refs",
            "clear_page_refs",
            {area_is_private()},
            {every_view_is_kept(), clears_no_more_than_it_may(), clears_what_it_may(),
             the_rest_stays(false, true, false), marks_of_what_is_not_there_stay(),
             pinned_page_keeps_its_frame()}};
  return looks_twice(asks(spec));
}

/// First touch for reading, where a marker says that writes are to be told.
Spec demand_marked() {
  return {Step::demand_marked,
          "demand_marked",
          "demand_marked",
          {given("a marker is there, and nothing else",
                 [](auto& s, auto& c) { return s.empty_at(c.place) && s.wp(c.place); })},
          {every_view_is_kept(), fresh_page_is_zero(), refusal_changes_nothing(),
           fault_grants_access(false)}};
}

Spec give_up_huge() {
  return looks_twice(
      as_huge({Step::give_up_huge,
               "give_up_huge",
               "give_up_huge",
               {area_is_anonymous()},
               {every_view_is_kept(), gives_up_what_it_may(), the_rest_stays(true, true, true),
                marks_of_what_is_not_there_stay(), pinned_page_keeps_its_frame()}}));
}

/// In a range that has all of the huge page, which `new_write` stands for.
Cond is_dropped_whole(const Question& q) { return is_dropped(q) && q.scene.new_write; }

Spec page_out_huge() {
  const auto parts_stay =
      always(Law::permission, "the marks of the leaf are its parts'", [](auto& q) {
        const auto& place = q.scene.place;
        const Cond stays = !is_dropped_whole(q);
        return q.path.after.wp(place) == (q.before.wp(place) && stays) &&
               !q.path.after.guard(place);
      });
  const auto written = always(Law::accounted, "what was not written stays so", [](auto& q) {
    const auto& place = q.scene.place;
    return q.path.after.counts_unwritten(place) ==
           (q.before.counts_unwritten(place) && !is_dropped_whole(q));
  });
  const auto given_up = always(Law::isolation, "nothing is given up but what was", [](auto& q) {
    return implies(q.path.after.droppable(q.scene.place), q.before.droppable(q.scene.place));
  });
  const auto pinned_parts_stay =
      always(Law::pin_stable, "what a device holds stays in its frame", [](auto& q) {
        const auto& place = q.scene.place;
        const auto &a = q.before, &b = q.path.after;
        return implies(a.pins(a.frame(place)) > 0,
                       (b.present(place) || b.table(place)) && b.frame(place) == a.frame(place));
      });
  return as_huge({Step::page_out_huge,
                  "page_out_huge",
                  "page_out_huge",
                  {something_is_present(), area_is_anonymous()},
                  {every_view_is_kept_but(is_dropped_whole), parts_stay, written, given_up,
                   last_holder_frees_what_goes(), pinned_parts_stay}});
}

Spec write_protect_huge() {
  return as_huge({Step::write_protect_huge,
                  "write_protect_huge",
                  "write_protect_huge",
                  {something_is_present(), area_is_anonymous()},
                  {every_view_is_kept(), is_protected_as_asked(), letting_go_grants_nothing(),
                   the_rest_stays(false, false, true), marks_of_what_is_not_there_stay(),
                   pinned_page_keeps_its_frame()}});
}

Spec clear_huge_refs() {
  auto spec = as_huge({Step::clear_huge_refs,
                       "clear_huge_refs",
                       "clear_huge_refs",
                       {something_is_present(), area_is_private()},
                       {every_view_is_kept(), clears_no_more_than_it_may(), clears_what_it_may(),
                        the_rest_stays(false, true, false), marks_of_what_is_not_there_stay(),
                        pinned_page_keeps_its_frame()}});
  spec.never = {"always present(place)"};  // asked whether it is huge
  return looks_twice(spec);
}

}  // namespace

std::vector<Spec> mark_steps() {
  return {give_up_page(),  page_out(),           write_protect_page(), guard_page(),
          unguard_page(),  clear_page_refs(),    demand_marked(),      give_up_huge(),
          page_out_huge(), write_protect_huge(), clear_huge_refs()};
}

}  // namespace cow::proofs
