#pragma once

#include "props/race/stepped_tlbs.h"

namespace cow::props::race {

/// A tiny machine that runs the shipped kernel and yields before each access to what CPUs share.
/// One access is what hardware does at once: a load or store of an entry, a count that goes up or
/// down, a lock that is taken; the allocator stands for its own lock. Memory is sequentially
/// consistent. A museum mutant derives from it as from a ByteMachine, and yields where it does.
///
/// The checks of order_checks.h stay out, since what they foresee really happens here. Without a
/// scheduler that runs, it is a plain machine.
class SteppedMachine : public SteppedTlbs {
  using Base = SteppedTlbs;
  using Plain = machine::ByteMachine<machine::Tiny>;

 public:
  using Base::Base;

  /// Whether it is there already only the moment can tell.
  Allocation open_file(bool pooled) {
    Frame file = machine::none;
    const auto& where = pooled ? header().pool_file : header().file;
    do {
      file = where;
      const Touch count{objects_.count(exists(file) ? file : 0), Deed::add};
      step({{allocator(), exists(file) ? count : Touch{}}}, "open the file");
    } while (file != where);
    if (exists(file)) return Plain::open_file(pooled);
    return counted(fails() ? refused() : Plain::open_file(pooled), 1);
  }
  // The pool is the allocator's: who drops a holder of a page of it may free it.
  Allocation allocate_pooled(bool promised) {
    step({{allocator()}}, "take a huge page from the pool");
    return counted(!promised && fails() ? refused() : Plain::allocate_pooled(promised), fan);
  }
  bool promise_pooled(std::uint32_t count) {
    step({{allocator()}}, "have pages of the pool promised");
    return (count == 0 || !fails()) ? Plain::promise_pooled(count) : refused().ok;
  }
  void release_pooled(std::uint32_t count) {
    step({{allocator()}}, "forgo pages of the pool");
    Plain::release_pooled(count);
  }

  // Entries and tables.
  Entry load_at(Frame table, std::uint32_t index) const {
    step_on(table, {{{objects_.memory(table), Deed::read}}}, "load an entry of table");
    return Base::load_at(table, index);
  }
  void store_at(Frame table, std::uint32_t index, Entry entry) {
    step_on(table, {{{objects_.memory(table), Deed::write}}},
            entry.present() ? "store an entry in table" : "clear an entry of table");
    Base::store_at(table, index, entry);
  }
  Entry load(const Place& at) const {
    const auto entry = load_at(at.table, at.index);
    return at.common ? entry.as_common() : entry;
  }
  void store(const Place& at, Entry entry) {
    if (sane(at.table) && frame_info(at.table).locked == 0)
      complain(kernel::Law::progress, 7, at.table);
    store_at(at.table, at.index, entry);
  }
  /// One locked step, as set_dirty is.
  bool replace(const Place& at, Entry before, Entry after) {
    if (sane(at.table) && frame_info(at.table).locked == 0)
      complain(kernel::Law::progress, 7, at.table);
    return exchange(at.table, at.index, before, after, "exchange an entry in table");
  }
  bool set_dirty(Frame table, std::uint32_t index, Entry seen) {
    return exchange(table, index, seen, seen.made_dirty(), "set the dirty bit in table");
  }
  bool table_empty(Frame table) const {
    step_on(table, {{{objects_.memory(table), Deed::read}}}, "is it empty: table");
    return Base::table_empty(table);
  }

  // Bytes.
  void read_bytes(Frame frame, std::uint32_t offset, std::span<std::uint8_t> out) const {
    step_on(frame, {{{objects_.memory(frame), Deed::read}}}, "read bytes of frame");
    Base::read_bytes(frame, offset, out);
  }
  void write_bytes(Frame frame, std::uint32_t offset, std::span<const std::uint8_t> in) {
    step_on(frame, {{{objects_.memory(frame), Deed::write}}}, "write bytes of frame");
    Base::write_bytes(frame, offset, in);
  }
  void zero_page(Frame frame) {
    step_on(frame, {{{objects_.memory(frame), Deed::write}}}, "zero frame");
    Base::zero_page(frame);
  }
  void copy_page(Frame to, Frame from) {
    step_on(from, {{{objects_.memory(from), Deed::read}, {objects_.memory(to), Deed::write}}},
            "copy frame");
    Base::copy_page(to, from);
  }
  void zero_huge(Frame head) {
    for (std::uint32_t i = 0; i < fan; ++i) zero_page(head + i);
  }
  void copy_huge(Frame to, Frame from) {
    for (std::uint32_t i = 0; i < fan; ++i) copy_page(to + i, from + i);
  }

  // A shootdown interrupts each CPU, between two instructions of it (stepped_tlbs.h).
  void flush(const Place& at) {
    if (at.process != machine::none) flush_page(at.process, at.page);
  }
  void flush_huge(const Place& at) { flush(at); }

  // Processes.
  bool alive(Process p) const {
    if (!valid_process(p)) return false;
    step({{{objects_.process(p), Deed::read}}}, "is it alive: P", p);
    return Base::alive(p);
  }
  // Whether a process waits is a part of the word that says whether it is alive, and asked with it.
  // Whose memory it has is known to who holds its pins. Whose child it is changes under the lock of
  // its space, or from a parent that exits to nobody, which commutes with all that others do to it.
  // So none of these is a step.
  Frame root(Process p) const {
    step({{{objects_.process(p), Deed::read}}}, "load the root table of P", p);
    return Base::root(p);
  }
  void set_root(Process p, Frame table) {
    step({{{objects_.process(p), Deed::write}}}, "store the root table of P", p);
    Base::set_root(p, table);
  }
  void suspend(Process p) {
    step({{{objects_.process(p), Deed::write}}}, "suspend P", p);
    Base::suspend(p);
  }
  void wake(Process p) {
    step({{{objects_.process(p), Deed::write}}}, "wake P", p);
    Base::wake(p);
  }
  void start(Process p, Frame root_table) {
    step({{{objects_.process(p), Deed::write}}}, "start P", p);
    Base::start(p, root_table);
  }
  void publish(Process p) {
    step({{{objects_.process(p), Deed::write}}}, "publish P", p);
    Base::publish(p);
  }
  void end(Process p) {
    step({{{objects_.process(p), Deed::write}}}, "end P", p);
    Base::end(p);
  }
  void put_root(Process p) {
    step({{{objects_.process(p), Deed::write}, allocator(), memory(Base::root(p))}},
         "put the root table of P", p);
    Plain::put_root(p);
  }
  bool put_table_unless_last(Frame table) {
    step({{{objects_.count(table), Deed::write}}}, "put, unless the last, table", table);
    return Base::put_table_unless_last(table);
  }
  AreaList areas(Process p) {
    const bool alone = (processes_[p].locked & 1) != 0;
    step({{{objects_.areas(p), alone ? Deed::write : Deed::read}}}, "use the areas of P", p);
    return Base::areas(p);
  }
  std::span<const Area> areas(Process p) const { return Base::areas(p); }

  // The sequence number that a pin without a lock and a fork compare; it counts on, beside the
  // block, so that two forks differ.
  std::uint32_t write_protections(Process p) const {
    step({{{objects_.protecting(p), Deed::read}}}, "is a fork at work on P", p);
    return protections_[p];
  }
  void begin_write_protection(Process p) {
    step({{{objects_.protecting(p), Deed::write}}}, "a fork begins to protect P", p);
    ++protections_[p];
  }
  void end_write_protection(Process p) {
    step({{{objects_.protecting(p), Deed::write}}}, "the fork has protected P", p);
    ++protections_[p];
  }

  // Locks.
  void lock_pins(Process p) {
    step({{{objects_.pins_lock(p), Deed::lock}}}, "lock the pins of P", p);
    Base::lock_pins(p);
  }
  void unlock_pins(Process p) {
    step({{{objects_.pins_lock(p), Deed::unlock}}}, "unlock the pins of P", p);
    Base::unlock_pins(p);
    released();
  }
  void lock_space(Process p) {
    step({{{objects_.space_lock(p), Deed::lock}}}, "lock the space of P", p);
    Base::lock_space(p);
  }
  void unlock_space(Process p) {
    step({{{objects_.space_lock(p), Deed::unlock}}}, "unlock the space of P", p);
    Base::unlock_space(p);
    released();
  }
  void share_space(Process p) {
    step({{{objects_.space_lock(p), Deed::share}}}, "share the space of P", p);
    Base::share_space(p);
  }
  void unshare_space(Process p) {
    step({{{objects_.space_lock(p), Deed::unshare}}}, "unshare the space of P", p);
    Base::unshare_space(p);
    released();
  }
  void lock_table(Frame table) {
    if (!sane(table)) return;
    step({{{objects_.table_lock(table), Deed::lock}}}, "lock table", table);
    Base::lock_table(table);
  }
  void unlock_table(Frame table) {
    if (!sane(table)) return;
    step({{{objects_.table_lock(table), Deed::unlock}}}, "unlock table", table);
    Base::unlock_table(table);
    released();
  }

  void lock_swap() {
    step({{{objects_.swap_lock(), Deed::lock}}}, "lock swap");
    Base::lock_swap();
  }
  void unlock_swap() {
    step({{{objects_.swap_lock(), Deed::unlock}}}, "unlock swap");
    Base::unlock_swap();
    released();
  }

  /// Called where no lock is held any more.
  void on_quiet(void (*call)(void*), void* with) { quiet_ = call, with_ = with; }

 protected:
  bool exchange(Frame table, std::uint32_t index, Entry before, Entry after, const char* text) {
    step_on(table, {{{objects_.memory(table), Deed::write}}}, text);
    if (Base::load_at(table, index) != before) return false;
    Base::store_at(table, index, after);
    return true;
  }
  void released() {
    if (quiet_ != nullptr && running() && header().locks == 0) quiet_(with_);
  }

 private:
  void (*quiet_)(void*) = nullptr;
  void* with_ = nullptr;
};

}  // namespace cow::props::race
