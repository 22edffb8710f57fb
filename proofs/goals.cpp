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
            if (q.path.outcome.status != status) return std::nullopt;
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

Goal other_views_are_kept() {
  return every_view_is(
      [](auto& q, auto& slot, auto& offset) { return q.before.view(slot, offset); },
      [](auto& q, auto& slot) { return slot == q.scene.place && !q.before.shared(slot); });
}

Goal fresh_page_is_zero() {
  return on_status(Law::no_disclosure, "a page that nobody touched yet shows zeroes", Status::ok,
                   [](auto& q) {
                     const auto& place = q.scene.place;
                     const Cond untouched =
                         !q.before.shared(place) || !q.before.present(q.before.object_of(place));
                     const auto shown = q.path.after.view(place, any_point().offset);
                     return implies(untouched, shown == zero_byte());
                   });
}

namespace {

Cond same_entry(const State& a, const State& b, const Slot& slot) {
  const Cond same_swap = a.swapped(slot) == b.swapped(slot) &&
                         implies(a.swapped(slot), a.exclusive(slot) == b.exclusive(slot) &&
                                                      a.swap(slot) == b.swap(slot));
  return same_swap && a.present(slot) == b.present(slot) &&
         implies(a.present(slot),
                 a.readable(slot) == b.readable(slot) && a.writable(slot) == b.writable(slot) &&
                     a.exclusive(slot) == b.exclusive(slot) && a.frame(slot) == b.frame(slot));
}

}  // namespace

Goal refusal_changes_nothing() {
  return {Law::refused_unchanged, "a refusal leaves entries, frames, bytes and TLBs as they were",
          [](const Question& q) -> std::optional<Cond> {
            if (q.path.outcome.status == Status::ok) return std::nullopt;
            const auto any = any_point();
            const auto &a = q.before, &b = q.path.after;
            return same_entry(a, b, any.slot) && a.count(any.frame) == b.count(any.frame) &&
                   a.pins(any.frame) == b.pins(any.frame) &&
                   a.is_free(any.frame) == b.is_free(any.frame) &&
                   a.in_cache(any.frame) == b.in_cache(any.frame) &&
                   a.names(any.swap) == b.names(any.swap) &&
                   a.in_memory(any.swap) == b.in_memory(any.swap) &&
                   a.view(any.slot, any.offset) == b.view(any.slot, any.offset) &&
                   a.cached(any.cpu, any.slot) == b.cached(any.cpu, any.slot) &&
                   a.cached_frame(any.cpu, any.slot) == b.cached_frame(any.cpu, any.slot) &&
                   a.cached_writable(any.cpu, any.slot) == b.cached_writable(any.cpu, any.slot);
          }};
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
    const Cond last = q.before.present(q.scene.place) && q.before.count(frame) == 1;
    return implies(last, q.path.after.is_free(frame));
  });
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
    const Cond pinned = a.present(place) && !a.shared(place) && a.pins(a.frame(place)) > 0;
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
    const Cond may_write = q.before.may_write(q.scene.place);
    return implies(may_write, q.path.after.writable(q.scene.place));
  });
}

}  // namespace cow::proofs
