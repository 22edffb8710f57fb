#pragma once

#include <string>

#include "proofs/entry.h"
#include "proofs/ledger.h"
#include "proofs/map.h"
#include "proofs/names.h"

namespace cow::proofs {

/// The whole of a machine: every slot, frame, byte and TLB, of which there are any number.
struct State {
  // The words that impl/kernel/invariants.h is written in.
  using Bool = Cond;
  using Number = proofs::Number;
  using Point = proofs::Point;
  using Entry = proofs::Entry;
  using Frame = proofs::Frame;
  using Swap = proofs::Swap;
  using Area = proofs::Area;

  // What never changes: whose slot it is, and where its shared memory has its own entry.
  Map<Process, Slot> process_of;
  Map<Cond, Slot> is_object;  ///< an entry of shared memory or the file itself: nobody reads by it
  Map<Slot, Slot> object_of;  ///< of a slot with an object, the object's entry for the same page

  Map<Cond, Slot> shared, cow, may_read, may_write;  ///< `cow`: privately, of a file
  Map<Cond, Slot> present, swapped, readable, writable, exclusive;
  Map<Cond, Slot> kept_readable, kept_writable;  ///< of what is suspended (impl/kernel/suspend.h)
  Map<Cond, Slot> given_up, dirtied, wp, unwritten, guard;  ///< marks, as Entry has them
  Map<Frame, Slot> frame;
  Map<Swap, Slot> swap;
  /// After a split: a table of small entries on all parts of `frame`, in the leaf's place. Before a
  /// step there is none: who has a table has small entries, which are slots of their own.
  Map<Cond, Slot> table;
  /// All that holds the frame. Among them are pins, and `others`, of another size: huge leaves that
  /// cover the frame, or of a whole block the small entries on its parts; and what CPUs hold in the
  /// middle of a step: short references (`lent`), and pins of which it is not decided yet whether
  /// they are to be (`passing`).
  Map<Number, Frame> count, pins, others, lent, passing;
  Map<Cond, Frame> is_free;
  Map<Byte, Frame, Offset> bytes;
  Map<Number, Swap> names;  ///< entries that name the page of swap
  Map<Byte, Swap, Offset> swap_bytes;
  Map<Cond, Frame> in_cache;  ///< of the swap; the frame has the bytes of `swap_of`
  Map<Cond, Frame> was_cached;
  Map<Cond, Frame> is_merged;  ///< offered to whoever has the same bytes
  Map<Swap, Frame> swap_of;
  Map<Cond, Swap> in_memory;  ///< `frame_of` is cached for it
  Map<Frame, Swap> frame_of;
  Map<Cond, Cpu, Slot> cached, cached_writable;
  Map<Frame, Cpu, Slot> cached_frame;

  // Ghosts: the kernel neither reads nor writes them.
  Ledger<Frame> ledger;
  Ledger<Swap> swap_ledger;
  Map<Cond, Process> pending;  ///< flush_later was called, flush_process not yet
  Map<Number, Process> forks;  ///< odd while one of them is at work (M::write_protections)
  Map<Cond, Slot> visited;     ///< by the loop of exit
  Map<Slot, Frame> held_at;    ///< of a frame that an object holds, the object's entry
  bool is_twin = false;        ///< the bytes are others
  bool has_pool = false;       ///< of huge pages: in their steps

  /// `at` ends the names of all that may change.
  static State unknown(const std::string& at = {});
  /// What a thread finds when it has its lock for the `relocks`th time again (others.h).
  static State later(int relocks);
  /// The start: no mapping, every frame free, nothing cached.
  static State empty();
  /// The same, where frames may be pages of the pool.
  State with_pool() const;
  /// The same, but that nothing is known of the bytes.
  State with_other_bytes(int relocks = 0) const;

  Entry entry(const Slot& slot) const;
  Area area(const Slot& slot) const;
  /// While a flush is pending, write permission that the TLB still has is not counted.
  Translation translation(const Cpu& cpu, const Slot& slot) const;
  void store(const Slot& slot, const Entry& entry);

  /// Neither a frame nor a page of swap.
  Cond empty_at(const Slot& slot) const { return !present(slot) && !swapped(slot); }
  /// Nor a marker.
  Cond nothing_at(const Slot& slot) const { return empty_at(slot) && !wp(slot) && !guard(slot); }
  Cond dirty(const Slot& slot) const { return !given_up(slot) || dirtied(slot); }
  /// A page that may be dropped (impl/kernel/lazyfree.h).
  Cond droppable(const Slot& slot) const { return (present(slot) || table(slot)) && !dirty(slot); }
  /// A page that counts as not written (impl/kernel/soft_dirty.h).
  Cond counts_unwritten(const Slot& slot) const {
    return (present(slot) || table(slot) || swapped(slot)) && unwritten(slot);
  }
  /// What a read of this byte shows, permission aside: nobody's yet is zero.
  Byte view(const Slot& slot, const Offset& offset) const;
  static Cond is_zero(const Frame& frame) { return is_zero_frame(frame); }
  static Byte zero() { return zero_byte(); }
  /// Is it a page of the pool, which holds each of its own by one leaf for good? No step changes
  /// it.
  Cond pooled(const Frame& frame) const;
  /// The machine holds the zero page, and the pool its pages, once.
  Number held_by_machine(const Frame& at) const {
    return choose(is_zero_frame(at) || pooled(at), Number(1), Number(0));
  }
  Number held_by_pool(const Frame& at) const {
    return has_pool ? choose(pooled(at), Number(1), Number(0)) : Number(0);
  }
  /// All that hold the frame but the pool.
  Number users(const Frame& at) const {
    return has_pool ? count(at) - held_by_pool(at) : count(at);
  }
  /// Free, be it in the pool.
  Cond unused(const Frame& at) const { return is_free(at) || (pooled(at) && users(at) == 0); }
  /// References that CPUs hold in the middle of a step.
  Number in_hand(const Frame& at) const { return lent(at) + passing(at); }
  Cond has_object(const Slot& slot) const { return shared(slot) || cow(slot); }
  /// Does an object hold the frame?
  Cond of_object(const Frame& frame) const;
  /// Does the slot show what its object has, and not a page of its own?
  Cond shows_object(const Slot& slot) const;
  /// Do both slots show the same page of one object, or are they one slot?
  Cond same_page(const Slot& a, const Slot& b) const;
};

}  // namespace cow::proofs
