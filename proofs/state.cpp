#include "proofs/state.h"

namespace cow::proofs {

State State::unknown(const std::string& at) {
  const auto named = [&at](const char* what) { return what + at; };
  return {
      .process_of = Map<Process, Slot>::unknown("process_of"),
      .is_object = Map<Cond, Slot>::unknown("is_object"),
      .object_of = Map<Slot, Slot>::unknown(named("object_of")),
      .shared = Map<Cond, Slot>::unknown(named("shared")),
      .cow = Map<Cond, Slot>::unknown(named("cow")),
      .may_read = Map<Cond, Slot>::unknown(named("may_read")),
      .may_write = Map<Cond, Slot>::unknown(named("may_write")),
      .present = Map<Cond, Slot>::unknown(named("present")),
      .swapped = Map<Cond, Slot>::unknown(named("swapped")),
      .readable = Map<Cond, Slot>::unknown(named("readable")),
      .writable = Map<Cond, Slot>::unknown(named("writable")),
      .exclusive = Map<Cond, Slot>::unknown(named("exclusive")),
      .kept_readable = Map<Cond, Slot>::unknown(named("kept_readable")),
      .kept_writable = Map<Cond, Slot>::unknown(named("kept_writable")),
      .given_up = Map<Cond, Slot>::unknown(named("given_up")),
      .dirtied = Map<Cond, Slot>::unknown(named("dirtied")),
      .wp = Map<Cond, Slot>::unknown(named("wp")),
      .unwritten = Map<Cond, Slot>::unknown(named("unwritten")),
      .guard = Map<Cond, Slot>::unknown(named("guard")),
      .frame = Map<Frame, Slot>::unknown(named("frame")),
      .swap = Map<Swap, Slot>::unknown(named("swap")),
      .table = Map<Cond, Slot>::constant(false),
      .count = Map<Number, Frame>::unknown(named("count")),
      .pins = Map<Number, Frame>::unknown(named("pins")),
      .others = Map<Number, Frame>::unknown(named("others")),
      .lent = Map<Number, Frame>::unknown(named("lent")),
      .passing = Map<Number, Frame>::unknown(named("passing")),
      .is_free = Map<Cond, Frame>::unknown(named("is_free")),
      .bytes = Map<Byte, Frame, Offset>::unknown(named("bytes")),
      .names = Map<Number, Swap>::unknown(named("names")),
      .swap_bytes = Map<Byte, Swap, Offset>::unknown(named("swap_bytes")),
      .in_cache = Map<Cond, Frame>::unknown(named("in_cache")),
      .was_cached = Map<Cond, Frame>::unknown(named("was_cached")),
      .is_merged = Map<Cond, Frame>::unknown(named("is_merged")),
      .swap_of = Map<Swap, Frame>::unknown(named("swap_of")),
      .in_memory = Map<Cond, Swap>::unknown(named("in_memory")),
      .frame_of = Map<Frame, Swap>::unknown(named("frame_of")),
      .cached = Map<Cond, Cpu, Slot>::unknown(named("cached")),
      .cached_writable = Map<Cond, Cpu, Slot>::unknown(named("cached_writable")),
      .cached_frame = Map<Frame, Cpu, Slot>::unknown(named("cached_frame")),
      .ledger = {.holders = Map<Number, Frame>::unknown(named("holders")),
                 .index = Map<Number, Slot>::unknown(named("index")),
                 .owner = Map<Slot, Frame, Number>::unknown(named("owner"))},
      .swap_ledger = {.holders = Map<Number, Swap>::unknown(named("namers")),
                      .index = Map<Number, Slot>::unknown(named("swap_index")),
                      .owner = Map<Slot, Swap, Number>::unknown(named("namer"))},
      .pending = Map<Cond, Process>::unknown(named("pending")),
      .forks = Map<Number, Process>::unknown(named("forks")),
      .visited = Map<Cond, Slot>::unknown(named("visited")),
      .held_at = Map<Slot, Frame>::unknown(named("held_at")),
  };
}

State State::later(int relocks) { return unknown("@" + std::to_string(relocks)); }

State State::empty() {
  State state = unknown();
  state.present = Map<Cond, Slot>::constant(false);
  state.swapped = Map<Cond, Slot>::constant(false);
  state.wp = state.guard = Map<Cond, Slot>::constant(false);
  state.count = Map<Number, Frame>::constant(0);
  state.pins = Map<Number, Frame>::constant(0);
  state.others = Map<Number, Frame>::constant(0);
  state.lent = Map<Number, Frame>::constant(0);
  state.passing = Map<Number, Frame>::constant(0);
  state.is_free = Map<Cond, Frame>::constant(true);
  state.names = Map<Number, Swap>::constant(0);
  state.in_cache = Map<Cond, Frame>::constant(false);
  state.is_merged = Map<Cond, Frame>::constant(false);
  state.in_memory = Map<Cond, Swap>::constant(false);
  state.cached = Map<Cond, Cpu, Slot>::constant(false);
  state.ledger.holders = Map<Number, Frame>::constant(0);
  state.swap_ledger.holders = Map<Number, Swap>::constant(0);
  state.pending = Map<Cond, Process>::constant(false);
  state.count.set_if(has_zero(), zero_frame(), 1);
  state.is_free.set_if(has_zero(), zero_frame(), false);
  state.bytes.change([](const auto& before, const Frame& frame, const Offset& at) {
    return choose(is_zero_frame(frame), zero_byte(), before(frame, at));
  });
  return state;
}

State State::with_pool() const {
  State state = *this;
  state.has_pool = true;
  return state;
}

State State::with_other_bytes(int relocks) const {
  const auto at = relocks == 0 ? "" : "@" + std::to_string(relocks);
  State state = *this;
  state.bytes = Map<Byte, Frame, Offset>::unknown("other_bytes" + at);
  state.swap_bytes = Map<Byte, Swap, Offset>::unknown("other_swap_bytes" + at);
  state.is_twin = true;
  return state;
}

Entry State::entry(const Slot& slot) const {
  Entry entry;
  entry.present_ = present(slot);
  entry.swapped_ = swapped(slot);
  entry.readable_ = readable(slot);
  entry.writable_ = writable(slot);
  entry.exclusive_ = exclusive(slot);
  entry.frame_ = frame(slot);
  entry.slot_ = swap(slot);
  entry.kept_readable_ = kept_readable(slot);
  entry.kept_writable_ = kept_writable(slot);
  entry.given_up_ = given_up(slot);
  entry.dirtied_ = dirtied(slot);
  entry.wp_ = wp(slot);
  entry.unwritten_ = unwritten(slot);
  entry.guard_ = guard(slot);
  return entry;
}

Area State::area(const Slot& slot) const {
  return {shared(slot), cow(slot), may_read(slot), may_write(slot)};
}

Translation State::translation(const Cpu& cpu, const Slot& slot) const {
  return {cached(cpu, slot), cached_writable(cpu, slot) && !pending(process_of(slot)),
          cached_frame(cpu, slot)};
}

void State::store(const Slot& slot, const Entry& stored) {
  const Entry now = entry(slot), next = stored.only_if(!stored.names_table());
  const Cond keeps = now.present() && next.present() && now.frame() == next.frame();
  ledger.remove_if(now.present() && !keeps, now.frame(), slot);
  ledger.append_if(next.present() && !keeps, next.frame(), slot);
  const Cond stays = now.swapped() && next.swapped() && now.slot() == next.slot();
  swap_ledger.remove_if(now.swapped() && !stays, now.slot(), slot);
  swap_ledger.append_if(next.swapped() && !stays, next.slot(), slot);
  table.set(slot, stored.shows_parts());
  present.set(slot, next.present());
  swapped.set(slot, next.swapped());
  readable.set(slot, next.readable());
  writable.set(slot, next.writable());
  exclusive.set(slot, next.exclusive());
  kept_readable.set(slot, next.kept_readable());
  kept_writable.set(slot, next.kept_writable());
  given_up.set(slot, next.given_up_);
  dirtied.set(slot, next.dirtied_);
  wp.set(slot, next.wp_);
  unwritten.set(slot, next.unwritten_);
  guard.set(slot, next.guard_);
  frame.set(slot, next.frame());
  swap.set(slot, next.slot());
  held_at.set_if(is_object(slot) && next.present(), next.frame(), slot);
}

Byte State::view(const Slot& slot, const Offset& offset) const {
  const Slot source = choose(empty_at(slot) && has_object(slot), object_of(slot), slot);
  const Byte kept = choose(swapped(source), swap_bytes(swap(source), offset), zero_byte());
  return choose(present(source) || table(source), bytes(frame(source), offset), kept);
}

Cond State::pooled(const Frame& at) const {
  static const auto in_pool = Map<Cond, Frame>::unknown("in_pool");
  return has_pool ? in_pool(at) && !is_zero_frame(at) : Cond(false);
}

Cond State::of_object(const Frame& at) const {
  const auto holder = held_at(at);
  return is_object(holder) && present(holder) && frame(holder) == at;
}

Cond State::shows_object(const Slot& slot) const {
  return has_object(slot) && (empty_at(slot) || (present(slot) && of_object(frame(slot))));
}

Cond State::same_page(const Slot& a, const Slot& b) const {
  return a == b || (shows_object(a) && shows_object(b) && object_of(a) == object_of(b));
}

}  // namespace cow::proofs
