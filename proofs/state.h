#pragma once

#include <cstdint>
#include <string>

#include "proofs/ledger.h"
#include "proofs/map.h"
#include "proofs/names.h"

namespace cow::proofs {

/// A page-table entry of terms. `frame` means something only where it is present, `slot` only where
/// it is swapped.
class Entry {
 public:
  static Entry none() { return {}; }
  static Entry leaf(const Frame& frame, const Cond& readable, const Cond& writable) {
    Entry entry;
    entry.present_ = true;
    entry.readable_ = readable;
    entry.writable_ = writable;
    entry.frame_ = frame;
    return entry;
  }
  static Entry in_swap(const Swap& slot, const Cond& exclusive) {
    Entry entry;
    entry.swapped_ = true;
    entry.exclusive_ = exclusive;
    entry.slot_ = slot;
    return entry;
  }

  Cond present() const { return present_; }
  Cond swapped() const { return swapped_; }
  Cond empty() const { return !present_ && !swapped_; }
  Cond readable() const { return readable_; }
  Cond writable() const { return writable_; }
  Cond exclusive() const { return exclusive_; }
  Frame frame() const { return frame_; }
  Swap slot() const { return slot_; }
  // Here no page was given up (impl/kernel/lazyfree.h): that is not proved.
  static constexpr bool dirty() { return true; }
  Entry made_dirty() const { return *this; }
  Entry as_dirty_as(const Entry&) const { return *this; }
  // Nor was one write-protected (uffd.h).
  static constexpr bool wp() { return false; }
  Entry with_wp(bool) const { return *this; }
  // Nor was one asked about (soft_dirty.h), nor is a guard anywhere (guard.h).
  static constexpr bool unwritten() { return false; }
  Entry made_written() const { return *this; }
  Entry with_unwritten(bool) const { return *this; }
  static constexpr bool guard() { return false; }
  /// In the steps of huge pages: a leaf over a block, or what names a table of small entries, of
  /// which all parts' entries are alike.
  static Entry huge_leaf(const Frame& head, const Cond& readable, const Cond& writable) {
    return leaf(head, readable, writable).with_huge(true);
  }
  static Entry table(const Frame&) {
    Entry entry;
    entry.table_ = true;
    return entry;
  }
  /// One of the small entries that come in a leaf's place.
  Entry sub_page(std::uint32_t) const { return with_huge(false); }
  Cond huge() const { return Cond(huge_) && present_; }
  bool names_table() const { return table_; }
  Entry with_huge(bool on) const {
    Entry entry = *this;
    entry.huge_ = on;
    return entry;
  }
  /// As a table of entries like this one, which the step has filled, or not.
  Entry as_table(bool filled) const {
    Entry entry = *this;
    entry.table_ = true;
    entry.filled_ = filled;
    return entry;
  }
  Cond shows_parts() const { return Cond(filled_) && present_; }
  Entry write_protected() const { return with_writable(false); }
  Entry made_writable() const {
    Entry entry = with_writable(true);
    entry.readable_ = true;
    return entry;
  }
  Entry with_exclusive(const Cond& on) const {
    Entry entry = *this;
    entry.exclusive_ = on;
    return entry;
  }
  Entry made_exclusive() const { return with_exclusive(true); }
  Entry made_common() const { return with_exclusive(false); }
  Entry as_common() const { return write_protected().made_common(); }
  /// Out of use; `kept_*` is what it remembers to have allowed.
  Entry made_suspended() const {
    Entry entry = *this;
    entry.readable_ = entry.writable_ = false;
    entry.kept_readable_ = readable_;
    entry.kept_writable_ = writable_;
    return entry;
  }
  Entry resumed() const {
    Entry entry = *this;
    entry.readable_ = kept_readable_;
    entry.writable_ = kept_writable_;
    entry.kept_readable_ = entry.kept_writable_ = false;
    return entry;
  }
  Entry moved_to(const Frame& frame) const {
    Entry entry = *this;
    entry.frame_ = frame;
    return entry;
  }
  /// The same, or none.
  Entry only_if(const Cond& condition) const {
    Entry entry = *this;
    entry.present_ = present_ && condition;
    entry.swapped_ = swapped_ && condition;
    return entry;
  }
  /// Is the entry the same at two looks? Constant where both are one term.
  friend Cond operator==(const Entry& a, const Entry& b) {
    const Cond same_kind = a.present_ == b.present_ && a.swapped_ == b.swapped_;
    const Cond same_access = a.readable_ == b.readable_ && a.writable_ == b.writable_;
    return same_kind && same_access && a.exclusive_ == b.exclusive_ && a.frame_ == b.frame_ &&
           a.slot_ == b.slot_;
  }
  friend Cond operator!=(const Entry& a, const Entry& b) { return !(a == b); }
  Cond kept_readable() const { return kept_readable_; }
  Cond kept_writable() const { return kept_writable_; }

 private:
  friend struct State;
  Entry() = default;
  Entry with_writable(bool on) const {
    Entry entry = *this;
    entry.writable_ = on;
    return entry;
  }

  Cond present_ = false, swapped_ = false, readable_ = false, writable_ = false, exclusive_ = false;
  Cond kept_readable_ = false, kept_writable_ = false;
  bool huge_ = false, table_ = false, filled_ = false;
  Frame frame_ = Frame("no_frame");
  Swap slot_ = Swap("no_slot");
};

/// What the area of a slot allows.
class Area {
 public:
  Area(const Cond& shared, const Cond& of_file, const Cond& read, const Cond& write)
      : cow(of_file), shared_(shared), read_(read), write_(write) {}
  static constexpr std::uint64_t object_page(std::uint64_t page) { return page; }
  Cond has_object() const { return shared_ || cow; }
  Cond is_shared() const { return shared_; }
  Cond may_read() const { return read_; }
  Cond may_write() const { return write_; }
  Cond writes_object() const { return write_ && !cow; }

  Cond cow;  ///< private: the object's pages are only its first ones
  Cond huge = Cond("huge_is_welcome");
  Number first = Number("first_page"), end = Number("end_page");
  Frame object = Frame("object_table");
  // Neither the pool of huge pages nor pages that are write-protected are here.
  static constexpr bool hugetlb = false, wp = false;

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

  /// `at` ends the names of all that may change.
  static State unknown(const std::string& at = {});
  /// What a thread finds when it has its lock for the `relocks`th time again (others.h).
  static State later(int relocks);
  /// The start: no mapping, every frame free, nothing cached.
  static State empty();
  /// The same, but that nothing is known of the bytes.
  State with_other_bytes(int relocks = 0) const;

  Entry entry(const Slot& slot) const;
  Area area(const Slot& slot) const;
  /// While a flush is pending, write permission that the TLB still has is not counted.
  Translation translation(const Cpu& cpu, const Slot& slot) const;
  void store(const Slot& slot, const Entry& entry);

  /// Neither a frame nor a page of swap.
  Cond empty_at(const Slot& slot) const { return !present(slot) && !swapped(slot); }
  /// What a read of this byte shows, permission aside: nobody's yet is zero.
  Byte view(const Slot& slot, const Offset& offset) const;
  static Cond is_zero(const Frame& frame) { return is_zero_frame(frame); }
  static Byte zero() { return zero_byte(); }
  /// The machine holds the zero page, once.
  static Number held_by_machine(const Frame& frame) {
    return choose(is_zero_frame(frame), Number(1), Number(0));
  }
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
