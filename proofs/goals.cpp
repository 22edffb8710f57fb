#include "proofs/goals.h"

#include <utility>

namespace cow::proofs {

using kernel::Law;
using kernel::Status;

Goal always(Law law, const char* says, std::function<Cond(const Question&)> holds) {
  return {law, says, std::move(holds)};
}

Goal on_status(Law law, const char* says, Status status,
               std::function<Cond(const Question&)> holds) {
  return {law, says, [=](const Question& q) -> std::optional<Cond> {
            if (!q.last || q.path.outcome.status != status) return std::nullopt;
            return holds(q);
          }};
}

Goal every_view_is(Expected expected, std::function<Cond(const Question&, const Slot&)> exempt) {
  return always(Law::isolation, "every process reads what the reference says", [=](auto& q) {
    const auto any = any_point();
    const auto shown = q.path.after.view(any.slot, any.offset);
    return exempt(q, any.slot) || shown == expected(q, any.slot, any.offset);
  });
}

Goal every_view_is_kept() {
  return every_view_is(
      [](auto& q, auto& slot, auto& offset) { return q.before.view(slot, offset); },
      [](auto&, auto&) { return Cond(false); });
}

Goal every_view_is_as_stored() {
  const auto stored = [](const Question& q, const Slot& slot, const Offset& offset) {
    const Cond ok = q.last && q.path.outcome.status == Status::ok;
    const Cond written = ok && offset == q.scene.offset && q.before.same_page(slot, q.scene.place);
    return choose(written, q.scene.value, q.before.view(slot, offset));
  };
  return every_view_is(stored, [](auto&, auto&) { return Cond(false); });
}

Goal success_is_allowed(bool write) {
  return on_status(Law::permission, "an access that succeeds is allowed", Status::ok, [=](auto& q) {
    const auto& place = q.scene.place;
    const auto area = q.before.area(place);
    const Cond may = write ? area.may_write() && !q.before.wp(place) : area.may_read();
    return may && !q.before.guard(place);
  });
}

Goal other_views_are_kept() {
  return every_view_is(
      [](auto& q, auto& slot, auto& offset) { return q.before.view(slot, offset); },
      [](auto& q, auto& slot) { return slot == q.scene.place && !q.before.shared(slot); });
}

Goal other_processes_notice_nothing(bool forks) {
  return always(Law::isolation, "no other process notices", [=](auto& q) {
    const auto any = any_point();
    const auto &a = q.before, &b = q.path.after;
    const Cond acts = a.process_of(any.slot) == a.process_of(q.scene.place);
    const Cond is_child = Cond(forks) && any.slot == q.scene.child;
    const Cond same_area = a.shared(any.slot) == b.shared(any.slot) &&
                           a.cow(any.slot) == b.cow(any.slot) &&
                           a.may_read(any.slot) == b.may_read(any.slot) &&
                           a.may_write(any.slot) == b.may_write(any.slot);
    const Cond same_view = a.view(any.slot, any.offset) == b.view(any.slot, any.offset);
    return acts || is_child || a.is_object(any.slot) ||
           (same_area && (same_view || a.same_page(any.slot, q.scene.place)));
  });
}

Goal other_processes_bytes_do_not_show(bool to_child) {
  return {Law::no_disclosure, "other processes' bytes do not show",
          [=](const Question& q) -> std::optional<Cond> {
            if (!q.last) return std::nullopt;
            const auto any = any_point();
            const auto &a = q.path.outcome, &b = q.path.twin.outcome;
            Cond same = a.status == b.status && a.read.has_value() == b.read.has_value();
            if (a.read && b.read) same = same && *a.read == *b.read;
            const Cond seen = is_of_actor(q.before, q.scene, any.slot) ||
                              (Cond(to_child) && any.slot == q.scene.child);
            return q.before.is_object(q.scene.place) ||
                   (same && implies(seen, q.path.after.view(any.slot, any.offset) ==
                                              q.path.twin.after.view(any.slot, any.offset)));
          }};
}

Goal fresh_page_is_zero() {
  return on_status(
      Law::no_disclosure, "a page that nobody touched yet shows zeroes", Status::ok, [](auto& q) {
        const auto& place = q.scene.place;
        const Cond untouched =
            q.before.empty_at(place) &&
            (!q.before.has_object(place) || !q.before.present(q.before.object_of(place)));
        const auto shown = q.path.after.view(place, any_point().offset);
        return implies(untouched, shown == zero_byte());
      });
}

namespace {

Cond same_entry(const State& a, const State& b, const Slot& slot) {
  const Cond same_swap = a.swapped(slot) == b.swapped(slot) &&
                         implies(a.swapped(slot), a.exclusive(slot) == b.exclusive(slot) &&
                                                      a.swap(slot) == b.swap(slot));
  const Cond same_marks = a.wp(slot) == b.wp(slot) && a.guard(slot) == b.guard(slot) &&
                          a.droppable(slot) == b.droppable(slot) &&
                          a.counts_unwritten(slot) == b.counts_unwritten(slot);
  return same_swap && same_marks && a.present(slot) == b.present(slot) &&
         implies(a.present(slot),
                 a.readable(slot) == b.readable(slot) && a.writable(slot) == b.writable(slot) &&
                     a.exclusive(slot) == b.exclusive(slot) && a.frame(slot) == b.frame(slot));
}

/// Entries, frames, bytes and TLBs at one point.
Cond same_at(const State& a, const State& b, const Point& at) {
  return same_entry(a, b, at.slot) && a.count(at.frame) == b.count(at.frame) &&
         a.pins(at.frame) == b.pins(at.frame) && a.is_free(at.frame) == b.is_free(at.frame) &&
         a.in_cache(at.frame) == b.in_cache(at.frame) && a.names(at.swap) == b.names(at.swap) &&
         a.in_memory(at.swap) == b.in_memory(at.swap) &&
         a.view(at.slot, at.offset) == b.view(at.slot, at.offset) &&
         a.cached(at.cpu, at.slot) == b.cached(at.cpu, at.slot) &&
         a.cached_frame(at.cpu, at.slot) == b.cached_frame(at.cpu, at.slot) &&
         a.cached_writable(at.cpu, at.slot) == b.cached_writable(at.cpu, at.slot);
}

}  // namespace

Goal refusal_changes_nothing() {
  return {Law::refused_unchanged, "a refusal leaves entries, frames, bytes and TLBs as they were",
          [](const Question& q) -> std::optional<Cond> {
            if (!q.last || q.path.outcome.status == Status::ok) return std::nullopt;
            return same_at(q.before, q.path.after, any_point());
          }};
}

Goal undoing_twice_is_undoing_once() {
  return always(Law::refused_unchanged, "undoing twice is undoing once",
                [](auto& q) { return same_at(*q.path.outcome.undone, q.path.after, any_point()); });
}

Goal no_flush_is_left(bool of_the_fork_allowed) {
  return always(Law::tlb_coherent, "no flush is left to be done", [=](auto& q) {
    const auto process = any_point().process;
    const Cond allowed = Cond(of_the_fork_allowed) && process == q.scene.forking;
    return implies(q.path.after.pending(process), allowed);
  });
}

Goal nothing_was_misused() {
  return always(Law::no_dangling, "no free frame was counted, none was freed while named",
                [](auto& q) { return !q.path.misused; });
}

Goal last_holder_frees() {
  return always(Law::no_leak, "the frame of the last holder is free", [](auto& q) {
    const auto frame = q.before.frame(q.scene.place);
    const Cond last = q.before.present(q.scene.place) && q.before.users(frame) == 1;
    return implies(last, q.path.after.unused(frame));
  });
}

std::vector<Goal> what_is_owed_is_counted(std::vector<Slot> slots) {
  const auto counted = [=](const Question& q) {
    const auto frame = any_point().frame;
    const auto &a = q.before, &b = *q.path.outcome.owing;
    auto owed = b.ledger.holders(frame) + b.others(frame) + b.pins(frame) + b.in_hand(frame) +
                b.held_by_machine(frame);
    Cond again = false;  // the same slot twice: it went once
    for (const auto& slot : slots) {
      const Cond went = a.present(slot) && a.frame(slot) == frame && !b.present(slot) && !again;
      owed += choose(went, Number(1), Number(0));
      again = slot == slots.back();
    }
    return b.count(frame) == owed;
  };
  const auto held = [](const Question& q) {
    const auto any = any_point();
    const auto& b = *q.path.outcome.owing;
    return implies(b.cached(any.cpu, any.slot), !b.unused(b.cached_frame(any.cpu, any.slot)));
  };
  return {always(Law::exact_count, "what is owed is counted", counted),
          always(Law::no_dangling, "what a CPU may use still is held", held)};
}

Goal last_namer_frees() {
  return on_status(Law::no_leak, "the page of swap that nothing else names is free", Status::ok,
                   [](auto& q) {
                     const auto swap = q.before.swap(q.scene.place);
                     const Cond last = q.before.swapped(q.scene.place) && q.before.names(swap) == 1;
                     return implies(last, q.path.after.names(swap) == 0);
                   });
}

Goal pinned_page_keeps_its_frame() {
  return always(Law::pin_stable, "a pinned page keeps its frame", [](auto& q) {
    const auto &a = q.before, &b = q.path.after;
    const auto& place = q.scene.place;
    const Cond pinned = a.present(place) && !a.shared(place) && a.pins(a.frame(place)) > 0 &&
                        !a.of_object(a.frame(place));
    return implies(pinned, b.present(place) && b.frame(place) == a.frame(place));
  });
}

Goal fault_grants_access(bool write) {
  return on_status(Law::progress, "after the fault the access goes through", Status::ok,
                   [=](auto& q) {
                     const auto entry = q.path.after.entry(q.scene.place);
                     const Cond readable = entry.readable() == q.before.may_read(q.scene.place);
                     return entry.present() && readable && (!write || entry.writable());
                   });
}

Goal first_write_needs_no_second_fault() {
  return on_status(Law::frugal, "a first write costs one fault", Status::ok, [](auto& q) {
    const Cond may_write = q.before.area(q.scene.place).writes_object();
    return implies(may_write, q.path.after.writable(q.scene.place));
  });
}

}  // namespace cow::proofs
