#include "proofs/premises.h"

// Page tables that processes share (impl/kernel/shared_table.h). In these a slot is an entry of a
// directory and a frame a table, whose bytes stand for all that lies below. Who may write through
// an entry has the table alone: it is what an exclusive entry is for pages, so the same laws say
// that nothing below a common entry is changed, and that tables are counted.

namespace cow::proofs {

namespace {

using kernel::Law;
using kernel::Status;

// What directories are like, and pages are not.

Invariant directories_allow_all() {
  return given("directories allow all",
               [](auto& s, auto& c) { return s.may_write(c.place) && s.readable(c.place); });
}

Invariant directories_may_be_written() {
  return given("a directory allows all, and has no object",
               [](auto& s, auto& c) { return s.may_write(c.place) && !s.has_object(c.place); });
}

Invariant directories_name_tables_only() {
  return given("a directory names tables only",
               [](auto& s, auto& c) { return s.present(c.place) || s.nothing_at(c.place); });
}

Invariant have_no_marks() {
  return given("their entries have no marks", [](auto& s, auto& c) {
    return s.dirty(c.place) && !s.wp(c.place) && !s.unwritten(c.place);
  });
}

Invariant writers_are_alone() {
  return given("who may write through one has the table alone",
               [](auto& s, auto& c) { return s.writable(c.place) == s.exclusive(c.place); });
}

Invariant only_entries_hold_tables() {
  return given("nothing but entries holds a table", [](auto& s, auto& c) {
    const auto table = s.frame(c.place);
    return s.pins(table) == 0 && s.in_hand(table) == 0 && s.others(table) == 0 &&
           !s.is_zero(table) && !s.in_cache(table) && !s.is_merged(table) && !s.of_object(table);
  });
}

Spec own_entry() {
  const auto owns =
      on_status(Law::progress, "the table is the process's own", Status::ok, [](auto& q) {
        const auto& place = q.scene.place;
        return q.path.after.present(place) && q.path.after.writable(place);
      });
  const auto last_keeps = always(Law::frugal, "the last owner keeps the table", [](auto& q) {
    const auto table = q.before.frame(q.scene.place);
    return implies(q.before.count(table) == 1, q.path.after.frame(q.scene.place) == table);
  });
  return {Step::own_entry,
          "own_entry",
          "own_entry",
          {something_is_present(), directories_allow_all(), have_no_marks(),
           only_entries_hold_tables()},
          {every_view_is_kept(), refusal_changes_nothing(), owns, last_keeps}};
}

/// A fresh table, below which nothing is mapped, unless another CPU was faster.
Spec make_entry() {
  const auto is_there = on_status(Law::progress, "a table is there", Status::ok, [](auto& q) {
    const auto& place = q.scene.place;
    return q.path.after.present(place) &&
           implies(!q.before.present(place), q.path.after.exclusive(place));
  });
  const auto first_stays = always(Law::isolation, "who was faster keeps its table", [](auto& q) {
    const auto &a = q.before, &b = q.path.after;
    const auto& place = q.scene.place;
    return implies(a.present(place), b.present(place) && b.frame(place) == a.frame(place));
  });
  return {Step::make_entry,
          "make_entry",
          "make_entry",
          {directories_name_tables_only(), directories_may_be_written()},
          {every_view_is_kept(), refusal_changes_nothing(), is_there, first_stays}};
}

/// Both directories name the table then, and neither process may write through it.
Spec share_entry() {
  const auto shares = always(Law::frugal, "nothing is copied", [](auto& q) {
    const auto &a = q.before, &b = q.path.after;
    return b.frame(q.scene.child) == a.frame(q.scene.place) && b.present(q.scene.child);
  });
  const auto common = always(Law::sole_writer, "the table is common", [](auto& q) {
    const auto& b = q.path.after;
    return !b.writable(q.scene.place) && !b.writable(q.scene.child);
  });
  const auto goes_below = [](auto& q, auto& slot, auto& offset) {
    return q.before.view(choose(slot == q.scene.child, q.scene.place, slot), offset);
  };
  Spec spec{
      Step::share_entry,
      "share_entry",
      "share_entry",
      {something_is_present(), have_no_marks(), writers_are_alone(), only_entries_hold_tables()},
      {every_view_is(goes_below, [](auto&, auto&) { return Cond(false); }), shares, common}};
  for (const auto& premise : areas_are_alike()) spec.premises.push_back(premise);
  spec.premises.push_back(child_is_empty());
  spec.premises.push_back(given("the fork is to flush its parent",
                                [](auto& s, auto& c) { return s.pending(s.process_of(c.place)); }));
  spec.marks.to_child = true;
  return spec;
}

/// Before all that the table maps goes: the last owner goes on as such, and empties it.
Spec drop_table() {
  const auto lets_go = always(Law::exact_count, "who is not the last lets go", [](auto& q) {
    const auto& place = q.scene.place;
    const auto table = q.before.frame(place);
    const auto& b = q.path.after;
    const Cond keeps = b.present(place) && b.writable(place) && b.frame(place) == table;
    const Cond goes = !b.present(place) && b.count(table) == q.before.count(table) - 1;
    return choose(q.before.count(table) == 1, keeps, goes);
  });
  const auto uncached =
      always(Law::tlb_coherent, "no CPU goes through what it let go of", [](auto& q) {
        const auto& b = q.path.after;
        return b.present(q.scene.place) || !b.cached(any_point().cpu, q.scene.place);
      });
  return {Step::drop_table,
          "drop_table",
          "drop_table",
          {something_is_present(), directories_allow_all(), have_no_marks(),
           only_entries_hold_tables()},
          {other_views_are_kept(), lets_go, uncached}};
}

}  // namespace

std::vector<Spec> table_steps() { return {own_entry(), make_entry(), share_entry(), drop_table()}; }

}  // namespace cow::proofs
