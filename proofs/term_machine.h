#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "impl/kernel/account.h"
#include "impl/kernel/decisions.h"
#include "impl/kernel/status.h"
#include "proofs/deed.h"
#include "proofs/explorer.h"
#include "proofs/others.h"
#include "proofs/state.h"

namespace cow::proofs {

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
    Frame table = Frame("a_table");
    bool common = false;                       ///< tables that processes share are not here
    Process process = Process("its_process");  ///< and whose accounts these are
    std::uint64_t page = 0;
    std::uint32_t index = 0;
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

  explicit TermMachine(const State& state) : state_(state), since_(state) {}

  Entry load(const Place& at) const { return state_.entry(at.slot).with_huge(huge_); }
  void store(const Place& at, const Entry& entry);

  /// May fail. Else any free frame, with any bytes, held once by whoever stores it next.
  Allocation allocate();
  void get(const Frame& frame);
  void put(const Frame& frame);
  void get_short(const Frame& frame);
  void put_short(const Frame& frame);
  void get_pinned(const Frame& frame);
  void put_pinned(const Frame& frame);
  Cond pinned(const Frame& frame) const { return all_pins(frame) > 0; }
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
    return {state_.count(frame) - state_.others(frame), all_pins(frame)};
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
  /// The pool's leaf is none that anybody else could use.
  Number huge_references(const Frame& head) const { return state_.users(head); }
  Cond huge_pinned(const Frame& head) const { return pinned(head); }
  Frame huge_zero_frame() const { return proofs::zero_frame(); }
  /// Either. A bool and no term: what stands behind its `&&` must not run where it says no.
  static bool copies_huge() { return static_cast<bool>(Cond("copies_huge")); }
  void zero_huge(const Frame& head) { zero_parts(head, 0, parts()); }
  void copy_huge(const Frame& to, const Frame& from) { copy_parts(to, from, 0, parts()); }
  void zero_parts(const Frame& head, const Number& first, const Number& count);
  void copy_parts(const Frame& to, const Frame& from, const Number& first, const Number& count);
  void flush_huge(const Place& at) { flush(at); }

  // The pool of huge pages.
  struct BlockInfo {
    Number pins;
  };
  BlockInfo block_info(const Frame& block) const { return {all_pins(block)}; }
  Cond pooled(const Frame& frame) const { return state_.pooled(frame); }
  /// Any page of the pool that nobody uses. May fail, but for whom it was `promised`.
  Allocation allocate_pooled(const Cond& promised);
  /// Does a fork copy all for the child? A bool, as copies_huge.
  static bool copies_eagerly() { return static_cast<bool>(Cond("copies_eagerly")); }
  static constexpr std::uint64_t user_first() { return 0; }
  static constexpr std::uint64_t user_end() { return 1; }

  // Directories, in the steps of page tables that processes share: a slot is an entry of one, a
  // frame a table. Who may write through the entry has the table alone, so it is exclusive. The
  // bytes of a table stand for all that lies below.
  void set_tables() { tables_ = true; }
  static Frame directory() { return Frame("directory"); }
  static Frame child_directory() { return Frame("child_directory"); }
  void get_table(const Frame& table) { get(table); }
  void put_table(const Frame& table) { put(table); }
  Number table_references(const Frame& table) const { return state_.count(table); }
  /// No CPU is on its way through a table any more that was reached before.
  void flush_walks();

  // Merged frames.
  Cond is_merged(const Frame& frame) const { return state_.is_merged(frame); }
  void offer(const Frame& frame) { state_.is_merged.set(frame, true); }
  void withdraw(const Frame& frame) { state_.is_merged.set(frame, false); }
  /// Some frame that is offered, or none.
  std::optional<Frame> offered();
  Cond shows_object(const Place& at) const { return state_.shows_object(at.slot); }

  /// Have both frames the same bytes, now?
  Cond same_page(const Frame& a, const Frame& b);

  // Locks: where one was given up, or is waited for, other CPUs run (others.h), but where the step
  // holds all spaces that matter alone.
  void hold_spaces() { has_spaces_ = true; }
  void share_space(const Process&);
  void unshare_space(const Process&);
  void lock_table(const Frame&) { meet_others(); }
  void unlock_table(const Frame&) { alone_ = has_spaces_; }
  /// Others run before it is had if `waits_for_swap` was called, else nobody else is at it.
  void lock_swap();
  void unlock_swap() {}
  void waits_for_swap() { waits_ = kept_.space = kept_.table = true; }
  void begin_instruction(const Cpu&) { in_instruction_ = true; }
  void end_instruction(const Cpu&);

  // What is asked of a process under its space's lock.
  Cond alive(const Process&), waits(const Process&);
  struct AreaList {
    const Area* only;
  };
  /// The page lies in some area; one that lies in none is refused before anything is looked at.
  AreaList areas(const Process&);

  // Pins without a lock.
  void begin_walk(const Cpu&, const Process&, std::uint64_t) {}
  Forks write_protections(const Process& process);
  /// What was counted for the pin is the pin's from now on. A ghost.
  void keep_pin(const Frame& frame);

  // Faults, for those whose step has one in it (kernel_on_terms.h).
  void run_faults() { runs_faults_ = true; }
  bool runs_faults() const { return runs_faults_; }
  /// A turn of a loop found that it needs one, and `asks` for it. The first time one path speaks
  /// for all that come here, since nothing else is brought into the next turn; the second time the
  /// loop has begun again. Throws BeginsAgain where the path ends so.
  void end_turn(const std::string& asks);
  /// The same, unless the turn was ended already.
  void end_turn_for(const char* asks);
  /// A fault of which nothing is known but that it keeps the laws.
  kernel::Status fault_somehow();
  /// Was the last turn asked for what the first one was?
  bool turns_are_alike() const { return alike_; }

  // Swap.
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
  Byte read_byte(const Frame& frame, const Offset& at);
  void write_byte(const Frame& frame, const Offset& at, const Byte& value);

  void flush(const Place& at);
  void flush_later(const Place& at);
  void flush_process(const Process& process);

  // Batches (impl/kernel/gather.h), of two pages of one process: `place` and `child`.
  static constexpr std::uint64_t first_page = 2, second_page = 5;
  void gather() { gathers_ = true; }
  bool batches_flushes() const { return gathers_; }
  void flush_range(const Process& process, std::uint64_t first, std::uint64_t end);
  void put_gathered(const Frame& frame) { put(frame); }
  void put_huge_gathered(const Frame& head) { put_huge(head); }
  void lock_space(const Process&) {}
  void unlock_space(const Process&) {}

  void note(kernel::Event, std::uint64_t = 1) {}
  static Entry peek_at(const Frame&, std::uint32_t) { return Entry::none(); }

  // What kernel::translate needs. It walks the tables of one process; here the walk, of one
  // level, ends at the slot of the page that was set by `set_accessed`.
  static constexpr int levels = 1;
  static constexpr unsigned fan_bits = 0;
  static constexpr std::uint32_t fan = 1;
  void set_accessed(const Slot& slot) { accessed_ = slot; }
  bool set_dirty(const Frame&, std::uint32_t, const Entry&);
  /// The child of a fork is a process of its own.
  static Process child_process() { return Process("child_process"); }
  Frame root(const Process& process) const {
    return Frame(z3::eq(process.term(), child_process().term()) ? "root_of_child" : "no_frame");
  }
  Entry load_at(const Frame&, std::uint32_t);
  /// What a walk from that root comes to. Without a lock, and outside of an instruction, that is
  /// anything; but what an object has of huge pages it keeps.
  Entry walked(const Frame& root) const;
  int level() const { return huge_ ? 1 : 0; }
  Place place(const Process&, const Frame& table, int, std::uint64_t) const {
    return {z3::eq(table.term(), root(child_process()).term()) ? Scene().child : *accessed_};
  }
  Place object_place(const Frame&, const auto&, int = 0) const {
    return {state_.object_of(*accessed_)};
  }
  // Counts never overflow, and what is charged to whom is not proved.
  static constexpr bool counts_narrowly() { return false; }
  static constexpr bool can_get(const Frame&) { return true; }
  static constexpr bool can_pin(const Frame&) { return true; }
  static constexpr bool can_get_huge(const Frame&) { return true; }
  static constexpr std::size_t task() { return 0; }
  void count(const Process&, kernel::Count) {}
  Cond has_huge_zero() const { return proofs::has_zero(); }
  std::optional<Frame> tlb_find(const Cpu& cpu, const Process& process, std::uint64_t page,
                                bool write) const;
  void tlb_fill(const Cpu& cpu, const Process& process, std::uint64_t page, const Entry& entry);

  /// mprotect gives the area its new access before it goes through the pages.
  void set_area(const Slot& slot, const Area& area);
  void set_visited(const Slot& slot) { state_.visited.set(slot, true); }

  const State& state() const { return state_; }
  /// The moments between which the step was alone, the last one included.
  std::vector<Segment> segments() const;
  /// How many references it has in hand that no entry, pin or ghost accounts for.
  std::size_t in_hand() const { return kept_.lent.size() + kept_.passing.size(); }
  /// Did anything impossible happen: a frame counted that is free, or freed while still named?
  Cond misused() const { return misused_; }
  const std::vector<Deed>& deeds() const { return deeds_; }
  const std::vector<Frame>& fresh() const { return fresh_; }

 private:
  Number all_pins(const Frame& frame) const { return state_.pins(frame) + state_.passing(frame); }
  Allocation add_fresh(const Cond& ok, const Frame& frame, const Number& held, const char* what);
  Slot entry_of(const Frame& directory) const;
  void store_in_directory(const Slot& slot, const Entry& entry);
  void meet_others();
  void run_others();
  void hold_what_is_unplaced();
  void settle_placed(const Frame& frame);
  void count_up(const Frame& frame, const Number& more);
  void uncache_if(const Cond& condition, const Frame& frame);
  void say(const char* what, std::vector<z3::expr> with);

  State state_, since_;  ///< now, and when it was last alone again
  std::vector<Segment> segments_;
  Kept kept_;
  bool alone_ = true, changed_ = false, waits_ = false, in_instruction_ = false;
  bool has_spaces_ = false, gathers_ = false;
  bool runs_faults_ = false, turn_ended_ = false, alike_ = true;
  int relocks_ = 0, asked_ = 0, turns_ = 0, flushes_ = 0;
  std::string asked_for_;
  std::optional<Area> area_;
  Cond misused_ = false;
  Point watched_ = any_point();
  std::optional<Slot> accessed_;
  bool huge_ = false, tables_ = false;
  bool splits_ = false;         ///< a table was taken and is not in its place yet
  std::optional<Entry> parts_;  ///< what its entries are, once they are stored
  std::vector<Frame> fresh_;
  std::vector<Allocation> unplaced_;  ///< which no entry names yet
  std::vector<Deed> deeds_;
};

}  // namespace cow::proofs
