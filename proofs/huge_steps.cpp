#include "proofs/premises.h"

// The steps of impl/kernel/huge_page.h. In these a slot is an entry of a PMD
// and a frame a whole block; what is said of a byte is said of that byte of the
// sub-page `sub`, of which nothing is known, so of all of them. Small entries
// that name parts of the block are among its `others`.

namespace cow::proofs {

namespace {

using kernel::Law;
using kernel::Status;

Spec demand_zero_huge() {
  return of_huge_pages({Step::demand_zero_huge,
                        "demand_zero_huge",
                        "demand_zero_huge",
                        {nothing_is_there(), area_is_anonymous()},
                        {every_view_is_kept(), fresh_page_is_zero(), refusal_changes_nothing(),
                         fault_grants_access(false), first_write_needs_no_second_fault()}});
}

Spec demand_huge_zero_page() {
  return of_huge_pages(
      {Step::demand_huge_zero_page,
       "demand_huge_zero_page",
       "demand_huge_zero_page",
       {nothing_is_there(), area_is_anonymous(),
        given("the machine has a zero page", [](auto&, auto&) { return has_zero(); })},
       {every_view_is_kept(), fresh_page_is_zero(), fault_grants_access(false)}});
}

/// A table of small entries came in the leaf's place: every part has an entry
/// of its own, on the same frame, that allows the same.
Cond split_shows_no_more(const Question& q) {
  const auto& place = q.scene.place;
  const auto &a = q.before, &b = q.path.after;
  return implies(b.table(place), b.frame(place) == a.frame(place) &&
                                     b.readable(place) == a.readable(place) &&
                                     implies(b.writable(place), a.writable(place)));
}
Cond split_costs_no_fault(const Question& q) {
  const auto& place = q.scene.place;
  const auto &a = q.before, &b = q.path.after;
  return implies(b.table(place) && a.writable(place), b.writable(place));
}

/// Whoever has a part to itself is its only mapping: no leaf is left, and no
/// part has two entries.
Cond split_is_alone(const Question& q) {
  const auto& place = q.scene.place;
  const auto& b = q.path.after;
  const auto frame = b.frame(place);
  const Cond alone = b.ledger.holders(frame) == 0 && b.others(frame) == parts();
  const Cond marked = implies(b.writable(place), b.exclusive(place));
  return implies(b.table(place), marked && implies(b.exclusive(place), alone) &&
                                     implies(b.pins(frame) > 0, b.exclusive(place)));
}

std::vector<Goal> goals_of_a_split() {
  return {always(Law::permission, "each part allows what the leaf allowed", split_shows_no_more),
          always(Law::frugal, "each part allows as much as the leaf", split_costs_no_fault),
          always(Law::sole_writer, "a part that is exclusive is alone", split_is_alone)};
}

Goal stays_exclusive() {
  return always(Law::frugal, "who was alone is alone, whatever the size", [](auto& q) {
    const auto& place = q.scene.place;
    return implies(q.before.present(place) && q.before.exclusive(place),
                   q.path.after.exclusive(place));
  });
}

Spec split_huge() {
  Spec step{Step::split_huge,
            "split_huge",
            "split_huge",
            {something_is_present(), area_is_anonymous()},
            {every_view_is_kept(), refusal_changes_nothing(), stays_exclusive()}};
  for (auto& goal : goals_of_a_split()) step.goals.push_back(goal);
  return of_huge_pages(step);
}

Cond keeps_or_copies(const Question& q) {
  const auto& place = q.scene.place;
  const Cond alone = q.before.count(q.before.frame(place)) == 1 || q.before.exclusive(place);
  return implies(alone,
                 q.path.after.present(place) && q.path.after.frame(place) == q.before.frame(place));
}

/// Either the leaf may be written now, or a table of small entries is there and
/// a small write fault follows.
Spec huge_write_fault() {
  const auto goes_on =
      on_status(Law::progress, "the leaf is writable, or split", Status::ok, [](auto& q) {
        const auto& b = q.path.after;
        const auto& place = q.scene.place;
        return b.table(place) || (b.present(place) && b.writable(place));
      });
  Spec step{
      Step::huge_write_fault,
      "write_fault_huge",
      "huge_write_fault",
      {something_is_present(), area_is_anonymous(), not_found_otherwise(), is_not_write_protected(),
       given("the area allows writing", [](auto& s, auto& c) { return s.may_write(c.place); })},
      {every_view_is_kept(), refusal_changes_nothing(), goes_on, pinned_page_keeps_its_frame(),
       always(Law::frugal, "who is alone keeps the huge page", keeps_or_copies)}};
  for (auto& goal : goals_of_a_split()) step.goals.push_back(goal);
  step.marks.written = true;
  return of_huge_pages(step);
}

Spec unshare_huge() {
  const auto goes_on =
      on_status(Law::progress, "the leaf is exclusive, or split", Status::ok, [](auto& q) {
        const auto& b = q.path.after;
        const auto& place = q.scene.place;
        return b.table(place) || (b.present(place) && b.exclusive(place));
      });
  Spec step{
      Step::unshare_huge,
      "unshare_huge",
      "unshare_huge",
      {something_is_present(), area_is_anonymous(), not_found_otherwise()},
      {every_view_is_kept(), refusal_changes_nothing(), goes_on, pinned_page_keeps_its_frame(),
       always(Law::frugal, "who is alone keeps the huge page", keeps_or_copies)}};
  for (auto& goal : goals_of_a_split()) step.goals.push_back(goal);
  return of_huge_pages(step);
}

/// The child's leaf, but for a pinned one, which is split and whose parts are
/// forked one by one.
Spec fork_huge() {
  const auto pinned_stays = always(Law::pin_stable, "the parent keeps what is pinned", [](auto& q) {
    const auto& place = q.scene.place;
    const auto &a = q.before, &b = q.path.after;
    return implies(a.pins(a.frame(place)) > 0, b.frame(place) == a.frame(place) &&
                                                   b.exclusive(place) &&
                                                   b.writable(place) == a.writable(place));
  });
  const auto shows = [](auto& q, auto& slot, auto& offset) {
    const Cond shared = slot == q.scene.child && q.path.after.present(q.scene.child);
    return q.before.view(choose(shared, q.scene.place, slot), offset);
  };
  Spec step{Step::fork_huge,
            "fork_huge",
            "fork_huge",
            areas_are_alike(),
            {every_view_is(shows, [](auto&, auto&) { return Cond(false); }),
             refusal_changes_nothing(), pinned_stays}};
  step.marks.to_child = true;
  step.premises.push_back(something_is_present());
  step.premises.push_back(area_is_anonymous());
  step.premises.push_back(child_is_empty());
  step.premises.push_back(parent_forks());
  for (auto& goal : goals_of_a_split()) step.goals.push_back(goal);
  return of_huge_pages(step);
}

Spec zap_huge() {
  Spec step{Step::zap_huge,
            "zap_huge",
            "zap_huge",
            {something_is_present(), area_is_anonymous()},
            {other_views_are_kept(), last_holder_frees()}};
  step.marks.goes = true;
  return of_huge_pages(step);
}

Spec protect_huge() {
  const auto has_new_access = always(Law::progress, "the leaf has the new access", [](auto& q) {
    return q.path.after.readable(q.scene.place) == q.scene.new_read;
  });
  return of_huge_pages({Step::protect_huge,
                        "protect_huge",
                        "protect_huge",
                        {something_is_present(), not_found_otherwise(),
                         given("access is ordered, also the new one",
                               [](auto&, auto& c) { return implies(c.new_write, c.new_read); })},
                        {every_view_is_kept(), has_new_access}});
}

/// As migrate_page: suspended, copied, and in use again.
Spec migrate_huge() {
  const auto frees =
      on_status(Law::no_leak, "the block of the last holder is free", Status::ok, [](auto& q) {
        const auto old = q.before.frame(q.scene.place);
        return implies(q.before.count(old) == 1, q.path.after.is_free(old));
      });
  return of_huge_pages(
      {Step::migrate_huge,
       "migrate_huge",
       "resume_huge_on",
       {something_is_present(), area_is_anonymous(),
        given("no device holds the frame",
              [](auto& s, auto& c) { return s.pins(s.frame(c.place)) == 0; })},
       {every_view_is_kept(), frees, stays_exclusive(), pinned_page_keeps_its_frame()}});
}

Spec suspend_huge() {
  const auto uncached = always(Law::tlb_coherent, "no CPU can still use it", [](auto& q) {
    return !q.path.after.cached(any_point().cpu, q.scene.place);
  });
  const auto out_of_use = always(Law::progress, "it is out of use", [](auto& q) {
    const auto& b = q.path.after;
    const auto& place = q.scene.place;
    return b.present(place) && !b.readable(place) && !b.writable(place) &&
           b.frame(place) == q.before.frame(place);
  });
  return of_huge_pages({Step::suspend_huge,
                        "suspend_huge",
                        "suspend_huge",
                        {something_is_present()},
                        {every_view_is_kept(), out_of_use, uncached}});
}

/// The last store of replace_table: a leaf over a block that nobody else has,
/// whose bytes gather_page has brought there.
Spec install_huge() {
  const auto shows = [](auto& q, auto& slot) { return slot == q.scene.place; };
  const auto own =
      on_status(Law::frugal, "its owner writes without a fault", Status::ok, [](auto& q) {
        const auto& b = q.path.after;
        return b.exclusive(q.scene.place) &&
               b.writable(q.scene.place) == b.may_write(q.scene.place);
      });
  return of_huge_pages(
      {Step::install_huge,
       "install_huge",
       "replace_table",
       {nothing_is_there(), area_is_anonymous()},
       {every_view_is([](auto& q, auto& slot, auto& at) { return q.before.view(slot, at); }, shows),
        refusal_changes_nothing(), own}});
}

/// Looks for a leaf without a lock, and again with it: another CPU may have split it, or come
/// first.
Spec fault_huge() {
  Spec step{
      Step::fault_huge,
      "fault_huge",
      "fault_huge",
      {area_is_anonymous(), not_found_otherwise(),
       given("only small pages are in swap, or have markers",
             [](auto& s, auto& c) { return s.present(c.place) || s.nothing_at(c.place); }),
       given("the area, and the page, allow what is asked for",
             [](auto& s, auto& c) {
               return s.may_read(c.place) &&
                      implies(c.new_write, s.may_write(c.place) && !s.wp(c.place));
             })},
      {every_view_is_kept(), fresh_page_is_zero(), refusal_changes_nothing(), stays_exclusive()}};
  for (auto& goal : goals_of_a_split()) step.goals.push_back(goal);
  step.marks.written = true;
  return of_huge_pages(step);
}

}  // namespace

std::vector<Spec> huge_steps() {
  return {demand_zero_huge(), demand_huge_zero_page(),
          split_huge(),       huge_write_fault(),
          unshare_huge(),     fork_huge(),
          zap_huge(),         protect_huge(),
          suspend_huge(),     migrate_huge(),
          fault_huge(),       install_huge()};
}

}  // namespace cow::proofs
