#include "proofs/state.h"

namespace cow::proofs {

State State::unknown() {
  return {
      .process_of = Map<Process, Slot>::unknown("process_of"),
      .is_object = Map<Cond, Slot>::unknown("is_object"),
      .object_of = Map<Slot, Slot>::unknown("object_of"),
      .shared = Map<Cond, Slot>::unknown("shared"),
      .may_read = Map<Cond, Slot>::unknown("may_read"),
      .may_write = Map<Cond, Slot>::unknown("may_write"),
      .present = Map<Cond, Slot>::unknown("present"),
      .readable = Map<Cond, Slot>::unknown("readable"),
      .writable = Map<Cond, Slot>::unknown("writable"),
      .exclusive = Map<Cond, Slot>::unknown("exclusive"),
      .kept_readable = Map<Cond, Slot>::unknown("kept_readable"),
      .kept_writable = Map<Cond, Slot>::unknown("kept_writable"),
      .frame = Map<Frame, Slot>::unknown("frame"),
      .count = Map<Number, Frame>::unknown("count"),
      .pins = Map<Number, Frame>::unknown("pins"),
      .is_free = Map<Cond, Frame>::unknown("is_free"),
      .bytes = Map<Byte, Frame, Offset>::unknown("bytes"),
      .cached = Map<Cond, Cpu, Slot>::unknown("cached"),
      .cached_writable = Map<Cond, Cpu, Slot>::unknown("cached_writable"),
      .cached_frame = Map<Frame, Cpu, Slot>::unknown("cached_frame"),
      .ledger = {.holders = Map<Number, Frame>::unknown("holders"),
                 .index = Map<Number, Slot>::unknown("index"),
                 .owner = Map<Slot, Frame, Number>::unknown("owner")},
      .pending = Map<Cond, Process>::unknown("pending"),
      .visited = Map<Cond, Slot>::unknown("visited"),
  };
}

State State::empty() {
  State state = unknown();
  state.present = Map<Cond, Slot>::constant(false);
  state.count = Map<Number, Frame>::constant(0);
  state.pins = Map<Number, Frame>::constant(0);
  state.is_free = Map<Cond, Frame>::constant(true);
  state.cached = Map<Cond, Cpu, Slot>::constant(false);
  state.ledger.holders = Map<Number, Frame>::constant(0);
  state.pending = Map<Cond, Process>::constant(false);
  return state;
}

Entry State::entry(const Slot& slot) const {
  return {present(slot), readable(slot),      writable(slot),     exclusive(slot),
          frame(slot),   kept_readable(slot), kept_writable(slot)};
}

Area State::area(const Slot& slot) const { return {shared(slot), may_read(slot), may_write(slot)}; }

Translation State::translation(const Cpu& cpu, const Slot& slot) const {
  return {cached(cpu, slot), cached_writable(cpu, slot) && !pending(process_of(slot)),
          cached_frame(cpu, slot)};
}

void State::store(const Slot& slot, const Entry& next) {
  const Entry now = entry(slot);
  const Cond keeps = now.present() && next.present() && now.frame() == next.frame();
  ledger.remove_if(now.present() && !keeps, now.frame(), slot);
  ledger.append_if(next.present() && !keeps, next.frame(), slot);
  present.set(slot, next.present());
  readable.set(slot, next.readable());
  writable.set(slot, next.writable());
  exclusive.set(slot, next.exclusive());
  kept_readable.set(slot, next.kept_readable());
  kept_writable.set(slot, next.kept_writable());
  frame.set(slot, next.frame());
}

Byte State::view(const Slot& slot, const Offset& offset) const {
  const Slot source = choose(!present(slot) && shared(slot), object_of(slot), slot);
  return choose(present(source), bytes(frame(source), offset), zero_byte());
}

Cond State::same_page(const Slot& a, const Slot& b) const {
  return a == b || (shared(a) && shared(b) && object_of(a) == object_of(b));
}

}  // namespace cow::proofs
