#pragma once

#include <cstdint>
#include <vector>

/// A state in the words of the proofs, as plain data: slots, frames, pages of swap, CPUs and
/// ledgers. So the very invariants that are proved (invariants.h) can be looked at in a state of a
/// running machine (props/proved), and in one that a solver made up (proofs/concrete.h).
namespace cow::kernel {

struct PlainState {
  // The words that the invariants are written in. A number that is none of a slot, frame or page of
  // swap (-1, or too large) names nothing: what is asked of it is answered as of a free one.
  using Bool = bool;
  using Number = std::int64_t;
  using Slot = int;
  using Frame = int;
  using Swap = int;
  using Cpu = int;
  using Offset = int;
  using Byte = std::uint8_t;

  struct Point {
    Slot slot = 0;
    Frame frame = 0;
    Cpu cpu = 0;
    Offset offset = 0;
    Number index = 0;
    Swap swap = 0;
  };

  struct Area {
    bool shared = false, cow = false, read = false, write = false;
    bool is_shared() const { return shared; }
    bool may_read() const { return read; }
    bool may_write() const { return write; }
  };

  struct Entry {
    bool is_present = false, is_swapped = false, reads = false, writes = false;
    bool alone = false, was_written = true;
    bool is_wp = false, is_unwritten = false, is_guard = false;
    Frame names = -1;
    Swap in = -1;
    bool present() const { return is_present; }
    bool swapped() const { return is_swapped; }
    bool readable() const { return reads; }
    bool writable() const { return writes; }
    bool exclusive() const { return alone; }
    bool dirty() const { return was_written; }
    bool wp() const { return is_wp; }
    bool unwritten() const { return is_unwritten; }
    bool guard() const { return is_guard; }
    Frame frame() const { return names; }
    Swap slot() const { return in; }
    Entry only_if(bool condition) const { return condition ? *this : Entry{}; }
  };

  struct Cached {
    bool is_valid = false, writes = false;
    Frame names = -1;
    bool valid() const { return is_valid; }
    bool writable() const { return writes; }
    Frame frame() const { return names; }
  };

  /// An entry of a table: of a process's pages, or of an object's.
  struct SlotCell {
    Area area;
    Entry entry;
    int process = -1;  ///< whose page it is; -1: nobody's, or not known
    bool is_object = false;
    Slot object = -1;  ///< where it has one, the object's entry for the same page
  };
  struct FrameCell {
    bool is_table = false;  ///< and so no frame of the proofs
    Number count = 0, pins = 0, others = 0;
    Number in_hand = 0;  ///< of CPUs in the middle of a step
    bool is_free = true, in_cache = false, was_cached = false, is_merged = false, is_zero = false;
    bool is_pooled = false;  ///< a huge page of the pool, which holds it by one leaf for good
    Swap swap = -1;          ///< that it is cached for
    Slot held_at = -1;       ///< the entry of the object that holds it
    std::vector<Byte> bytes;
  };
  struct SwapCell {
    Number names = 0;
    bool in_memory = false;
    Frame frame = -1;  ///< that is cached for it
    std::vector<Byte> bytes;
  };

  /// Who names what, numbered.
  struct Ledger {
    std::vector<Number> counts;             ///< [what is named]
    std::vector<std::vector<Slot>> owners;  ///< [what is named][number]
    std::vector<Number> indices;            ///< [slot]: its number among those
    Number holders(int named) const { return find(counts, named, Number{0}); }
    Slot owner(int named, Number index) const {
      return find(find(owners, named, std::vector<Slot>()), index, Slot{-1});
    }
    Number index(Slot slot) const { return find(indices, slot, Number{-1}); }
    void add(int named, Slot slot) {
      if (named < 0 || static_cast<std::size_t>(named) >= counts.size()) return;
      const auto n = static_cast<std::size_t>(named);
      indices[static_cast<std::size_t>(slot)] = counts[n]++;
      owners[n].push_back(slot);
    }
  };

  bool is_object(Slot s) const { return at(s).is_object; }
  Slot object_of(Slot s) const { return at(s).object; }
  bool shared(Slot s) const { return at(s).area.shared; }
  bool cow(Slot s) const { return at(s).area.cow; }
  bool has_object(Slot s) const { return shared(s) || cow(s); }
  bool may_read(Slot s) const { return at(s).area.read; }
  bool may_write(Slot s) const { return at(s).area.write; }
  bool present(Slot s) const { return at(s).entry.is_present; }
  bool swapped(Slot s) const { return at(s).entry.is_swapped; }
  Frame frame(Slot s) const { return at(s).entry.names; }
  Swap swap(Slot s) const { return at(s).entry.in; }
  const Entry& entry(Slot s) const { return at(s).entry; }
  const Area& area(Slot s) const { return at(s).area; }

  Number count(Frame f) const { return of(f).count; }
  Number pins(Frame f) const { return of(f).pins; }
  Number others(Frame f) const { return of(f).others; }
  Number in_hand(Frame f) const { return of(f).in_hand; }
  bool is_free(Frame f) const { return of(f).is_free; }
  bool in_cache(Frame f) const { return of(f).in_cache; }
  bool was_cached(Frame f) const { return of(f).was_cached; }
  bool is_merged(Frame f) const { return of(f).is_merged; }
  Swap swap_of(Frame f) const { return of(f).swap; }
  Slot held_at(Frame f) const { return of(f).held_at; }
  Byte bytes(Frame f, Offset o) const { return find(of(f).bytes, o, Byte{0}); }
  bool is_zero(Frame f) const { return of(f).is_zero; }
  static constexpr Byte zero() { return 0; }
  Number held_by_machine(Frame f) const { return is_zero(f) || of(f).is_pooled ? 1 : 0; }
  Number held_by_pool(Frame f) const { return of(f).is_pooled && !is_zero(f) ? 1 : 0; }
  /// Does an object hold the frame?
  bool of_object(Frame f) const {
    const auto holder = held_at(f);
    return is_object(holder) && present(holder) && frame(holder) == f;
  }

  Number names(Swap s) const { return in_swap(s).names; }
  bool in_memory(Swap s) const { return in_swap(s).in_memory; }
  Frame frame_of(Swap s) const { return in_swap(s).frame; }
  Byte swap_bytes(Swap s, Offset o) const { return find(in_swap(s).bytes, o, Byte{0}); }

  const Cached& translation(Cpu cpu, Slot s) const {
    return find(cached_by, cpu * static_cast<int>(slots.size()) + s, nothing_cached);
  }
  bool cached(Cpu cpu, Slot s) const { return translation(cpu, s).is_valid; }

  std::vector<SlotCell> slots;
  std::vector<FrameCell> frames;
  std::vector<SwapCell> swaps;
  /// [CPU][slot]. Each process on each CPU is one of these CPUs, since slots may be shared.
  std::vector<Cached> cached_by;
  int cpus = 0;
  Ledger ledger, swap_ledger;

 private:
  template <class T, class I>
  static const T& find(const std::vector<T>& list, I i, const T& otherwise) {
    return i >= 0 && static_cast<std::size_t>(i) < list.size() ? list[static_cast<std::size_t>(i)]
                                                               : otherwise;
  }
  const SlotCell& at(Slot s) const { return find(slots, s, no_slot); }
  const FrameCell& of(Frame f) const { return find(frames, f, no_frame); }
  const SwapCell& in_swap(Swap s) const { return find(swaps, s, no_swap); }

  static const SlotCell no_slot;
  static const FrameCell no_frame;
  static const SwapCell no_swap;
  static const Cached nothing_cached;
};

inline const PlainState::SlotCell PlainState::no_slot{};
inline const PlainState::FrameCell PlainState::no_frame{};
inline const PlainState::SwapCell PlainState::no_swap{};
inline const PlainState::Cached PlainState::nothing_cached{};

}  // namespace cow::kernel
