#pragma once

#include <cstdint>

#include "proofs/ledger.h"
#include "proofs/map.h"
#include "proofs/names.h"

namespace cow::proofs {

/// A page-table entry of terms. `frame` means something only where it is present.
class Entry {
 public:
  Entry(const Cond& present, const Cond& readable, const Cond& writable, const Cond& exclusive,
        const Frame& frame, const Cond& kept_readable = false, const Cond& kept_writable = false)
      : present_(present),
        readable_(readable),
        writable_(writable),
        exclusive_(exclusive),
        frame_(frame),
        kept_readable_(kept_readable),
        kept_writable_(kept_writable) {}
  static Entry none() { return {false, false, false, false, Frame("no_frame")}; }
  static Entry leaf(const Frame& frame, const Cond& readable, const Cond& writable) {
    return {true, readable, writable, false, frame};
  }

  Cond present() const { return present_; }
  Cond readable() const { return readable_; }
  Cond writable() const { return writable_; }
  Cond exclusive() const { return exclusive_; }
  Frame frame() const { return frame_; }
  static constexpr bool huge() { return false; }
  Entry write_protected() const { return {present_, readable_, false, exclusive_, frame_}; }
  Entry made_writable() const { return {present_, true, true, exclusive_, frame_}; }
  Entry with_exclusive(const Cond& on) const {
    return {present_, readable_, writable_, on, frame_};
  }
  Entry made_exclusive() const { return with_exclusive(true); }
  Entry made_common() const { return with_exclusive(false); }
  /// Out of use; `kept_*` is what it remembers to have allowed.
  Entry made_suspended() const {
    return {present_, false, false, exclusive_, frame_, readable_, writable_};
  }
  Entry resumed() const { return {present_, kept_readable_, kept_writable_, exclusive_, frame_}; }
  Entry moved_to(const Frame& frame) const {
    return {present_, readable_, writable_, exclusive_, frame};
  }
  Cond kept_readable() const { return kept_readable_; }
  Cond kept_writable() const { return kept_writable_; }

 private:
  Cond present_, readable_, writable_, exclusive_;
  Frame frame_;
  Cond kept_readable_, kept_writable_;
};

/// What the area of a slot allows.
class Area {
 public:
  Area(const Cond& shared, const Cond& read, const Cond& write)
      : shared_(shared), read_(read), write_(write) {}
  Cond is_shared() const { return shared_; }
  Cond may_read() const { return read_; }
  Cond may_write() const { return write_; }

 private:
  Cond shared_, read_, write_;
};

/// What a CPU may have cached for a slot.
class Translation {
 public:
  Translation(const Cond& valid, const Cond& writable, const Frame& frame)
      : valid_(valid), writable_(writable), frame_(frame) {}
  Cond valid() const { return valid_; }
  Cond writable() const { return writable_; }
  Frame frame() const { return frame_; }

 private:
  Cond valid_, writable_;
  Frame frame_;
};

/// The whole of a machine: every slot, frame, byte and TLB, of which there are any number.
struct State {
  // What never changes: whose slot it is, and where its shared memory has its own entry.
  Map<Process, Slot> process_of;
  Map<Cond, Slot> is_object;  ///< an entry of shared memory itself: holds, but nobody reads by it
  Map<Slot, Slot> object_of;  ///< of a shared slot, the object's entry for the same page

  Map<Cond, Slot> shared, may_read, may_write;
  Map<Cond, Slot> present, readable, writable, exclusive;
  Map<Cond, Slot> kept_readable, kept_writable;  ///< of what is suspended (impl/kernel/suspend.h)
  Map<Frame, Slot> frame;
  Map<Number, Frame> count, pins;  ///< the pins are among the count
  Map<Cond, Frame> is_free;
  Map<Byte, Frame, Offset> bytes;
  Map<Cond, Cpu, Slot> cached, cached_writable;
  Map<Frame, Cpu, Slot> cached_frame;

  // Ghosts: the kernel neither reads nor writes them.
  Ledger ledger;
  Map<Cond, Process> pending;  ///< flush_later was called, flush_process not yet
  Map<Cond, Slot> visited;     ///< by the loop of exit

  static State unknown();
  /// The start: no mapping, every frame free, nothing cached.
  static State empty();

  Entry entry(const Slot& slot) const;
  Area area(const Slot& slot) const;
  /// While a flush is pending, write permission that the TLB still has is not counted.
  Translation translation(const Cpu& cpu, const Slot& slot) const;
  void store(const Slot& slot, const Entry& entry);

  /// What a read of this byte shows, permission aside: nobody's yet is zero.
  Byte view(const Slot& slot, const Offset& offset) const;
  /// Do both slots show the same page of shared memory, or are they one slot?
  Cond same_page(const Slot& a, const Slot& b) const;
};

/// What impl/kernel/laws.h asks about a state.
struct StateView {
  using Bool = Cond;
  using Entry = proofs::Entry;
  using Frame = proofs::Frame;
  using Area = proofs::Area;

  const State& state;

  Number count(const Frame& frame) const { return state.count(frame); }
  Number references(const Frame& frame) const { return state.count(frame); }
  Number mappings(const Frame& frame) const { return state.count(frame) - state.pins(frame); }
  Cond pinned(const Frame& frame) const { return state.pins(frame) > 0; }
  Number holders(const Frame& frame) const {
    return state.ledger.holders(frame) + state.pins(frame);
  }
  Cond is_free(const Frame& frame) const { return state.is_free(frame); }
};

}  // namespace cow::proofs
