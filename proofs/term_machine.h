#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "impl/kernel/decisions.h"
#include "impl/kernel/status.h"
#include "proofs/explorer.h"
#include "proofs/state.h"

namespace cow::proofs {

/// What a step did to its machine, for the story of a refutation.
struct Deed {
  std::string what;
  std::vector<z3::expr> with;
};

/// The machine whose words are terms: it offers the shipped kernel what the ByteMachine offers,
/// as far as the steps of 4 KiB pages need it. A museum mutant derives from it in the same way.
class TermMachine {
 public:
  using Bool = Cond;
  using Frame = proofs::Frame;
  using Process = proofs::Process;
  using Cpu = proofs::Cpu;
  using Entry = proofs::Entry;
  using Area = proofs::Area;
  using Decisions = kernel::Decisions;
  using SwapSlot = Swap;
  static constexpr std::uint64_t page_bytes = 4096;

  struct Place {
    Slot slot;
  };
  /// `ok` is false when memory ran out; then `frame` means nothing.
  struct Allocation {
    Cond ok;
    Frame frame;
  };

  struct Grant {
    Cond ok;
    Swap slot;
  };

  explicit TermMachine(const State& state) : state_(state) {}

  Entry load(const Place& at) const { return state_.entry(at.slot).with_huge(huge_); }
  void store(const Place& at, const Entry& entry);

  /// May fail. Else any free frame, with any bytes, held once by whoever stores it next.
  Allocation allocate();
  void get(const Frame& frame);
  void put(const Frame& frame);
  void get_short(const Frame& frame) { get(frame); }
  void put_short(const Frame& frame) { put(frame); }
  void get_pinned(const Frame& frame);
  void put_pinned(const Frame& frame);
  Cond pinned(const Frame& frame) const { return state_.pins(frame) > 0; }
  Number references(const Frame& frame) const { return state_.count(frame); }
  Cond is_free(const Frame& frame) const { return state_.is_free(frame); }

  Cond has_zero() const { return proofs::has_zero(); }
  Frame zero_frame() const { return proofs::zero_frame(); }
  Cond is_zero(const Frame& frame) const { return is_zero_frame(frame); }
  /// Does a huge leaf map the frame?
  Cond covered(const Frame& frame) const { return state_.others(frame) > 0; }
  /// What ByteMachine counts of one frame: small entries and pins.
  struct FrameInfo {
    Number count, pins;
  };
  FrameInfo frame_info(const Frame& frame) const {
    return {state_.count(frame) - state_.others(frame), state_.pins(frame)};
  }

  // Huge pages: a frame is a block, a slot a PMD's entry.
  void set_huge() { huge_ = true; }
  static constexpr bool is_table(const Frame&) { return false; }
  Allocation allocate_huge() { return allocate(); }
  /// Have the counts room for an entry on each part?
  static Cond can_get_parts(const Frame&) { return Cond("counts_have_room"); }
  Allocation allocate_table();
  void store_at(const Frame& table, std::uint32_t sub, const Entry& entry);
  void get_huge(const Frame& head) { count_up(head, 1); }
  void put_huge(const Frame& head) { put(head); }
  Number huge_references(const Frame& head) const { return state_.count(head); }
  Cond huge_pinned(const Frame& head) const { return pinned(head); }
  Frame huge_zero_frame() const { return proofs::zero_frame(); }
  /// Either. A bool and no term: what stands behind its `&&` must not run where it says no.
  static bool copies_huge() { return static_cast<bool>(Cond("copies_huge")); }
  void zero_huge(const Frame& head) { zero_parts(head, 0, parts()); }
  void copy_huge(const Frame& to, const Frame& from) { copy_parts(to, from, 0, parts()); }
  void zero_parts(const Frame& head, const Number& first, const Number& count);
  void copy_parts(const Frame& to, const Frame& from, const Number& first, const Number& count);
  void flush_huge(const Place& at) { flush(at); }

  // Merged frames.
  Cond is_merged(const Frame& frame) const { return state_.is_merged(frame); }
  void offer(const Frame& frame) { state_.is_merged.set(frame, true); }
  void withdraw(const Frame& frame) { state_.is_merged.set(frame, false); }

  // Swap. Locks are none: nobody else is at it.
  void lock_swap() {}
  void unlock_swap() {}
  /// May fail. Else any page of swap that nothing names; one a path.
  Grant allocate_slot();
  Grant get_slot_of(const Frame& frame);
  void get_slot(const Swap& slot);
  void put_slot(const Swap& slot);
  Cond cached(const Frame& frame) const { return state_.in_cache(frame); }
  Cond was_cached(const Frame& frame) const { return state_.was_cached(frame); }
  void cache(const Swap& slot, const Frame& frame);
  void uncache(const Frame& frame) { uncache_if(true, frame); }
  Allocation get_cached(const Swap& slot);
  void write_slot(const Swap& slot, const Frame& frame);
  void read_slot(const Frame& frame, const Swap& slot);

  void zero_page(const Frame& frame);
  void copy_page(const Frame& to, const Frame& from) { copy_bytes(to, from, 0, page_bytes); }
  /// Copies the bytes [first, first + length) of a page.
  void copy_bytes(const Frame& to, const Frame& from, std::uint64_t first, std::uint64_t length);
  Byte read_byte(const Frame& frame, const Offset& at) const { return state_.bytes(frame, at); }
  void write_byte(const Frame& frame, const Offset& at, const Byte& value);

  void flush(const Place& at);
  void flush_later(const Place& at);
  void flush_process(const Process& process);
  void note(kernel::Event) {}

  // What kernel::translate needs. It walks the tables of one process; here the walk, of one
  // level, ends at the slot of the page that was set by `set_accessed`.
  static constexpr int levels = 1;
  static constexpr unsigned fan_bits = 0;
  static constexpr std::uint32_t fan = 1;
  void set_accessed(const Slot& slot) { accessed_ = slot; }
  /// Every entry is dirty here.
  static constexpr bool set_dirty(const Frame&, std::uint32_t, const Entry&) { return true; }
  Frame root(const Process&) const { return Frame("no_frame"); }
  Entry load_at(const Frame&, std::uint32_t) const { return state_.entry(*accessed_); }
  std::optional<Frame> tlb_find(const Cpu& cpu, const Process& process, std::uint64_t page,
                                bool write) const;
  void tlb_fill(const Cpu& cpu, const Process& process, std::uint64_t page, const Entry& entry);

  /// mprotect gives the area its new access before it goes through the pages.
  void set_area(const Slot& slot, const Area& area);
  void set_visited(const Slot& slot) { state_.visited.set(slot, true); }

  const State& state() const { return state_; }
  /// Did anything impossible happen: a frame counted that is free, or freed while still named?
  Cond misused() const { return misused_; }
  const std::vector<Deed>& deeds() const { return deeds_; }
  const std::vector<Frame>& fresh() const { return fresh_; }

 private:
  void count_up(const Frame& frame, const Number& more);
  void uncache_if(const Cond& condition, const Frame& frame);
  void say(const char* what, std::vector<z3::expr> with);

  State state_;
  Cond misused_ = false;
  Point watched_ = any_point();
  std::optional<Slot> accessed_;
  bool huge_ = false;
  bool splits_ = false;         ///< a table was taken and is not in its place yet
  std::optional<Entry> parts_;  ///< what its entries are, once they are stored
  std::vector<Frame> fresh_;
  std::vector<Deed> deeds_;
};

}  // namespace cow::proofs
