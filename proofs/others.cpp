#include "proofs/others.h"

#include "proofs/explorer.h"

namespace cow::proofs {

Cond area_stays(const State& before, const State& after, const Slot& slot) {
  return before.shared(slot) == after.shared(slot) && before.cow(slot) == after.cow(slot) &&
         before.may_read(slot) == after.may_read(slot) &&
         before.may_write(slot) == after.may_write(slot) &&
         before.object_of(slot) == after.object_of(slot);
}

namespace {

/// What a thread knows since it shares the space of the page.
void assume_of_space(Explorer& path, const State& before, const State& found, const Slot& place) {
  for (const auto& slot : {place, any_point().slot}) {
    const Cond of_space = before.process_of(slot) == before.process_of(place);
    path.assume(rely::areas_stay, implies(of_space, area_stays(before, found, slot)));
  }
  path.assume(rely::own_pages_stay, own_page_stays(before, found, place));
}

}  // namespace

Cond own_page_stays(const State& before, const State& after, const Slot& slot) {
  const Cond own = before.present(slot) && (before.exclusive(slot) || before.shared(slot));
  const Cond noted = implies(before.dirty(slot), after.dirty(slot)) &&
                     implies(after.unwritten(slot), before.unwritten(slot));
  return after.wp(slot) == before.wp(slot) && after.guard(slot) == before.guard(slot) &&
         implies(own, (after.present(slot) || after.table(slot)) && noted &&
                          after.frame(slot) == before.frame(slot) &&
                          after.exclusive(slot) == before.exclusive(slot));
}

Cond lent_byte_stays(const State& before, const State& after, const Slot& owner, const Frame& frame,
                     const Offset& at) {
  const Cond owned =
      before.present(owner) && before.exclusive(owner) && before.frame(owner) == frame;
  return implies(before.lent(frame) > 0 && !owned && !before.of_object(frame),
                 after.bytes(frame, at) == before.bytes(frame, at));
}

State after_others(const State& before, int relocks, const Slot& place, const Kept& kept) {
  auto found = State::later(relocks);
  if (before.is_twin) found = found.with_other_bytes(relocks);
  found.has_pool = before.has_pool;
  auto& path = Explorer::active();
  if (kept.space) assume_of_space(path, before, found, place);
  if (kept.table) {
    // But for the dirty bit, which a processor that may write there sets without a lock.
    const auto was = before.entry(place), is = found.entry(place);
    const auto noted = was.made_dirty();
    path.assume(rely::locked_entries_stay, was == is || (was.writable() && noted == is));
  }
  for (const auto& frame : kept.lent) {
    path.assume(rely::references_count, found.lent(frame) > 0);
    for (const auto& at : {any_point().offset, Scene().offset}) {
      path.assume(rely::lent_bytes_stay, lent_byte_stays(before, found, place, frame, at));
    }
  }
  for (const auto& frame : kept.passing) {
    path.assume(rely::references_count, found.passing(frame) > 0);
  }
  for (const auto& frame : kept.walked) {
    path.assume(rely::instructions_are_awaited, !found.is_free(frame));
  }
  return found;
}

}  // namespace cow::proofs
