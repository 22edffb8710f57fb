#pragma once

#include <optional>
#include <span>

#include "impl/machine/byte_machine.h"

/// A kernel costs the compiler seconds, and the museum has many mutants. So one kernel is compiled
/// for all of them: its machine's functions and decisions are looked up when they are called.
namespace cow::props::museum {

/// All that impl/kernel calls, virtual. A mutant that hides one of these functions overrides it. A
/// function that is missing here would never reach a mutant, which then survives, and its test
/// fails.
template <class Base>
class Switchable : public Base {
 public:
  using Base::Base;
  using typename Base::AreaList, typename Base::Allocation, typename Base::Grant;
  using typename Base::Cpu, typename Base::Process, typename Base::Frame, typename Base::Slot;
  using typename Base::Place, typename Base::Entry, typename Base::Area;
  using Number = std::uint32_t;
  using Page = std::uint64_t;

  virtual ~Switchable() = default;
  /// How many bytes it keeps beside the block, at most.
  virtual std::size_t extra() const { return 0; }

  virtual void reset() { Base::reset(); }

  virtual Entry load(const Place& at) const { return Base::load(at); }
  virtual void store(const Place& at, Entry entry) { Base::store(at, entry); }
  virtual Entry load_at(Frame table, Number i) const { return Base::load_at(table, i); }
  virtual void store_at(Frame table, Number i, Entry entry) { Base::store_at(table, i, entry); }
  virtual bool replace(const Place& at, Entry before, Entry after) {
    if constexpr (requires(Base & m) { m.replace(at, before, after); }) {
      return Base::replace(at, before, after);
    } else {
      return store(at, after), true;
    }
  }
  virtual bool set_dirty(Frame table, Number i, Entry seen) {
    return Base::set_dirty(table, i, seen);
  }
  virtual bool table_empty(Frame table) const { return Base::table_empty(table); }
  virtual void read_bytes(Frame frame, Number offset, std::span<std::uint8_t> out) const {
    Base::read_bytes(frame, offset, out);
  }
  virtual void write_bytes(Frame frame, Number offset, std::span<const std::uint8_t> in) {
    Base::write_bytes(frame, offset, in);
  }
  virtual bool is_merged(Frame frame) const { return Base::is_merged(frame); }
  virtual void offer(Frame frame) { Base::offer(frame); }
  virtual void withdraw(Frame frame) { Base::withdraw(frame); }
  virtual std::optional<Frame> next_merged(Frame from) const { return Base::next_merged(from); }
  virtual bool same_page(Frame a, Frame b) const { return Base::same_page(a, b); }
  virtual void zero_page(Frame frame) { Base::zero_page(frame); }
  virtual void copy_page(Frame to, Frame from) { Base::copy_page(to, from); }
  virtual void zero_huge(Frame head) { Base::zero_huge(head); }
  virtual void copy_huge(Frame to, Frame from) { Base::copy_huge(to, from); }

  virtual Allocation allocate() { return Base::allocate(); }
  virtual Allocation allocate_outside(Frame head) { return Base::allocate_outside(head); }
  virtual Allocation allocate_table() { return Base::allocate_table(); }
  virtual Allocation allocate_huge() { return Base::allocate_huge(); }
  virtual void get(Frame frame) { Base::get(frame); }
  virtual void put(Frame frame) { Base::put(frame); }
  virtual void get_short(Frame frame) { get(frame); }
  virtual void put_short(Frame frame) { Base::put_short(frame); }
  virtual void put_gathered(Frame frame) { Base::put_gathered(frame); }
  virtual void put_huge_gathered(Frame head) { Base::put_huge_gathered(head); }
  virtual void get_pinned(Frame frame) { Base::get_pinned(frame); }
  virtual void put_pinned(Frame frame) { Base::put_pinned(frame); }
  virtual bool pinned(Frame frame) const { return Base::pinned(frame); }
  virtual bool huge_pinned(Frame head) const { return Base::huge_pinned(head); }
  virtual void get_huge(Frame head) { Base::get_huge(head); }
  virtual void put_huge(Frame head) { Base::put_huge(head); }
  virtual bool covered(Frame frame) const { return Base::covered(frame); }
  virtual Number references(Frame frame) const { return Base::references(frame); }
  virtual Number huge_references(Frame head) const { return Base::huge_references(head); }
  virtual void get_table(Frame table) { Base::get_table(table); }
  virtual bool can_get(Frame frame, Number more = 1) const { return Base::can_get(frame, more); }
  virtual bool can_pin(Frame frame) const { return Base::can_pin(frame); }
  virtual bool can_get_huge(Frame head) const { return Base::can_get_huge(head); }
  virtual bool can_get_parts(Frame head) const { return Base::can_get_parts(head); }
  virtual bool can_get_table(Frame table, Number more = 1) const {
    return Base::can_get_table(table, more);
  }
  virtual bool can_get_slot(Slot slot, Number more = 1) const {
    return Base::can_get_slot(slot, more);
  }
  virtual void put_table(Frame table) { Base::put_table(table); }
  virtual Number table_references(Frame table) const { return Base::table_references(table); }
  virtual bool put_table_unless_last(Frame table) { return Base::put_table_unless_last(table); }
  virtual std::optional<Frame> block_to_empty() { return Base::block_to_empty(); }

  virtual void charge(Process p, const kernel::Usage& change) { Base::charge(p, change); }
  virtual void count(Process p, kernel::Count what, Number times = 1) {
    Base::count(p, what, times);
  }

  virtual Allocation open_file(bool pooled) { return Base::open_file(pooled); }
  virtual Allocation allocate_pooled(bool promised) { return Base::allocate_pooled(promised); }
  virtual bool promise_pooled(Number count) { return Base::promise_pooled(count); }
  virtual void release_pooled(Number count) { Base::release_pooled(count); }
  virtual bool has_zero() const { return Base::has_zero(); }
  virtual bool has_huge_zero() const { return Base::has_huge_zero(); }
  virtual bool is_zero(Frame frame) const { return Base::is_zero(frame); }

  virtual Grant allocate_slot() { return Base::allocate_slot(); }
  virtual Grant get_slot_of(Frame frame) { return Base::get_slot_of(frame); }
  virtual void get_slot(Slot slot) { Base::get_slot(slot); }
  virtual void put_slot(Slot slot) { Base::put_slot(slot); }
  virtual Allocation get_cached(Slot slot) { return Base::get_cached(slot); }
  virtual bool cached(Frame frame) const { return Base::cached(frame); }
  virtual bool was_cached(Frame frame) const { return Base::was_cached(frame); }
  virtual void cache(Slot slot, Frame frame) { Base::cache(slot, frame); }
  virtual void uncache(Frame frame) { Base::uncache(frame); }
  virtual void write_slot(Slot slot, Frame frame) { Base::write_slot(slot, frame); }
  virtual void read_slot(Frame frame, Slot slot) { Base::read_slot(frame, slot); }

  virtual std::optional<Frame> tlb_find(Cpu cpu, Process p, Page page, bool write) const {
    return Base::tlb_find(cpu, p, page, write);
  }
  virtual void tlb_fill(Cpu cpu, Process p, Page page, Entry entry) {
    Base::tlb_fill(cpu, p, page, entry);
  }
  virtual void flush(const Place& at) { Base::flush(at); }
  virtual void flush_huge(const Place& at) { Base::flush_huge(at); }
  virtual void flush_later(const Place& at) { Base::flush_later(at); }
  virtual void flush_process(Process p) { Base::flush_process(p); }
  virtual void flush_range(Process p, Page first, Page end) { Base::flush_range(p, first, end); }
  virtual std::uint32_t take_asid(Cpu cpu, Process p) { return Base::take_asid(cpu, p); }
  virtual void run(Cpu cpu, Process p) { Base::run(cpu, p); }
  virtual Number generation(Process p) const { return Base::generation(p); }
  virtual void flush_asid(Cpu cpu, Number asid) { Base::flush_asid(cpu, asid); }
  virtual machine::AsidContext asid_context(Cpu cpu, Number asid) const {
    return Base::asid_context(cpu, asid);
  }
  virtual void flush_walks() { Base::flush_walks(); }
  virtual void begin_instruction(Cpu cpu) { Base::begin_instruction(cpu); }
  virtual void end_instruction(Cpu cpu) { Base::end_instruction(cpu); }
  virtual void begin_walk(Cpu cpu, Process p, Page page) { Base::begin_walk(cpu, p, page); }

  virtual bool alive(Process p) const { return Base::alive(p); }
  virtual AreaList areas(Process p) { return Base::areas(p); }
  virtual std::span<const Area> areas(Process p) const { return Base::areas(p); }
  virtual Frame root(Process p) const { return Base::root(p); }
  virtual void start(Process p, Frame root_table) { Base::start(p, root_table); }
  virtual void publish(Process p) { Base::publish(p); }
  virtual void end(Process p) { Base::end(p); }
  virtual void put_root(Process p) { Base::put_root(p); }
  virtual bool waits(Process p) const { return Base::waits(p); }
  virtual void suspend(Process p) { Base::suspend(p); }
  virtual void wake(Process p) { Base::wake(p); }
  virtual Process lender(Process p) const { return Base::lender(p); }
  virtual void set_lender(Process p, Process lender) { Base::set_lender(p, lender); }
  virtual void forget_lender(Process p) { Base::forget_lender(p); }
  virtual void set_root(Process p, Frame table) { Base::set_root(p, table); }
  virtual Process parent(Process p) const { return Base::parent(p); }
  virtual void set_parent(Process p, Process parent) { Base::set_parent(p, parent); }
  virtual void orphan(Process p, Process parent) { Base::orphan(p, parent); }
  virtual void set_pin(Process p, Number slot, Frame frame, kernel::Access access) {
    Base::set_pin(p, slot, frame, access);
  }
  virtual void clear_pin(Process p, Number slot) { Base::clear_pin(p, slot); }
  virtual Number write_protections(Process p) const { return Base::write_protections(p); }
  virtual void begin_write_protection(Process p) { Base::begin_write_protection(p); }
  virtual void end_write_protection(Process p) { Base::end_write_protection(p); }
  virtual bool copies_huge() const { return Base::copies_huge(); }
  virtual bool shares_tables() const { return Base::shares_tables(); }
  virtual bool copies_eagerly() const { return Base::copies_eagerly(); }

  virtual void lock_pins(Process p) { Base::lock_pins(p); }
  virtual void unlock_pins(Process p) { Base::unlock_pins(p); }
  virtual void lock_space(Process p) { Base::lock_space(p); }
  virtual void unlock_space(Process p) { Base::unlock_space(p); }
  virtual void share_space(Process p) { Base::share_space(p); }
  virtual void unshare_space(Process p) { Base::unshare_space(p); }
  virtual void lock_table(Frame table) { Base::lock_table(table); }
  virtual void unlock_table(Frame table) { Base::unlock_table(table); }
  virtual void lock_swap() { Base::lock_swap(); }
  virtual void unlock_swap() { Base::unlock_swap(); }
};

}  // namespace cow::props::museum
