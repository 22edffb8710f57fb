#pragma once

#include <array>

#include "impl/machine/byte_machine.h"
#include "props/race/objects.h"
#include "props/race/scheduler.h"

namespace cow::props::race {

/// A tiny machine that runs the shipped kernel and yields before each access to what CPUs share.
/// One access is what hardware does at once: a load or store of an entry, a count that goes up or
/// down, a lock that is taken; the allocator stands for its own lock. Memory is sequentially
/// consistent. A museum mutant derives from it as from a ByteMachine, and yields where it does.
///
/// The checks of order_checks.h stay out, since what they foresee really happens here. Without a
/// scheduler that runs, it is a plain machine.
class SteppedMachine : public machine::ByteMachine<machine::Tiny> {
  using Base = machine::ByteMachine<machine::Tiny>;
  using Counts = machine::Frames<machine::Tiny>;

 public:
  using Base::Place, Base::AreaList, Base::Allocation;

  explicit SteppedMachine(const machine::Config& config)
      : Base(config), objects_(config, fan) {}

  void attach(Scheduler* scheduler) { scheduler_ = scheduler; }
  const Objects& objects() const { return objects_; }
  /// The k-th allocation from now on of this task fails; 0: none.
  void fail_allocation_of(unsigned task, std::uint32_t k) { fail_in_[task] = k; }
  /// How many allocations of this task have failed.
  std::uint32_t failed_allocations(unsigned task) const { return failed_[task]; }

  // Entries and tables.
  Entry load_at(Frame table, std::uint32_t index) const {
    step({objects_.entries(table), Deed::read}, "load an entry of table", table);
    return Base::load_at(table, index);
  }
  void store_at(Frame table, std::uint32_t index, Entry entry) {
    step({objects_.entries(table), Deed::write}, entry.present() ? "store an entry in table"
                                                                 : "clear an entry of table",
         table);
    Base::store_at(table, index, entry);
  }
  Entry load(const Place& at) const { return load_at(at.table, at.index); }
  void store(const Place& at, Entry entry) {
    if (frame_info(at.table).locked == 0) complain(kernel::Law::progress, 7, at.table);
    store_at(at.table, at.index, entry);
  }
  bool table_empty(Frame table) const {
    step({objects_.entries(table), Deed::read}, "is it empty: table", table);
    return Base::table_empty(table);
  }

  // Frames and counts.
  Allocation allocate() {
    step({objects_.allocator(), Deed::write}, "allocate a frame");
    return counted(fails() ? refused() : Base::allocate());
  }
  Allocation allocate_table() {
    step({objects_.allocator(), Deed::write}, "allocate a table");
    const auto got = counted(fails() ? refused() : Base::allocate_table());
    if (got.ok && scheduler_ != nullptr) scheduler_->renew_lock(objects_.table_lock(got.frame));
    return got;
  }
  Allocation allocate_huge() {
    step({objects_.allocator(), Deed::write}, "allocate a huge page");
    return counted(fails() ? refused() : Base::allocate_huge());
  }
  void get(Frame frame) {
    step({objects_.counts(frame), Deed::write}, "get frame", frame);
    Base::get(frame);
  }
  void put(Frame frame) {
    step({objects_.counts(frame), Deed::write}, {objects_.allocator(), Deed::write}, "put frame",
         frame);
    Counts::put(frame);
  }
  void get_huge(Frame head) {
    step({objects_.counts(head), Deed::write}, "get huge page", head);
    Base::get_huge(head);
  }
  void put_huge(Frame head) {
    step({objects_.counts(head), Deed::write}, {objects_.allocator(), Deed::write},
         "put huge page", head);
    Counts::put_huge(head);
  }
  void get_table(Frame table) {
    step({objects_.owners(table), Deed::write}, "get table", table);
    Base::get_table(table);
  }
  void put_table(Frame table) {
    step({objects_.owners(table), Deed::write}, {objects_.allocator(), Deed::write}, "put table",
         table);
    Base::put_table(table);
  }
  std::uint32_t table_references(Frame table) const {
    step({objects_.owners(table), Deed::read}, "count owners of table", table);
    return Base::table_references(table);
  }
  std::uint32_t references(Frame frame) const {
    step({objects_.counts(frame), Deed::read}, "count references of frame", frame);
    return Base::references(frame);
  }
  std::uint32_t huge_references(Frame head) const {
    step({objects_.counts(head), Deed::read}, "count references of huge page", head);
    return Base::huge_references(head);
  }

  // Bytes.
  void read_bytes(Frame frame, std::uint32_t offset, std::span<std::uint8_t> out) const {
    step({objects_.bytes(frame), Deed::read}, "read bytes of frame", frame);
    Base::read_bytes(frame, offset, out);
  }
  void write_bytes(Frame frame, std::uint32_t offset, std::span<const std::uint8_t> in) {
    step({objects_.bytes(frame), Deed::write}, "write bytes of frame", frame);
    Base::write_bytes(frame, offset, in);
  }
  void zero_page(Frame frame) {
    step({objects_.bytes(frame), Deed::write}, "zero frame", frame);
    Base::zero_page(frame);
  }
  void copy_page(Frame to, Frame from) {
    step({objects_.bytes(from), Deed::read}, {objects_.bytes(to), Deed::write}, "copy to frame",
         to);
    Base::copy_page(to, from);
  }
  void zero_huge(Frame head) {
    for (std::uint32_t i = 0; i < fan; ++i) zero_page(head + i);
  }
  void copy_huge(Frame to, Frame from) {
    for (std::uint32_t i = 0; i < fan; ++i) copy_page(to + i, from + i);
  }

  // TLBs. A shootdown interrupts each CPU, between two instructions of it.
  std::optional<Frame> tlb_find(Cpu cpu, Process p, std::uint64_t page, bool write) const {
    step({objects_.tlb(cpu), Deed::read}, "look into the TLB of CPU", cpu);
    return Base::tlb_find(cpu, p, page, write);
  }
  void tlb_fill(Cpu cpu, Process p, std::uint64_t page, Entry entry) {
    step({objects_.tlb(cpu), Deed::write}, "fill the TLB of CPU", cpu);
    Base::tlb_fill(cpu, p, page, entry);
  }
  void flush_page(Process p, std::uint64_t page) {
    for (Cpu cpu = 0; cpu < config().cpus; ++cpu) {
      interrupt(cpu, "flush a page on CPU");
      flush_page_on(cpu, p, page);
    }
  }
  void flush_process(Process p) {
    for (Cpu cpu = 0; cpu < config().cpus; ++cpu) {
      interrupt(cpu, "flush the process on CPU");
      flush_process_on(cpu, p);
    }
  }
  void flush(const Place& at) {
    if (at.process != machine::none) flush_page(at.process, at.page);
  }
  void flush_huge(const Place& at) { flush_page(at.process, at.page); }

  // Processes.
  bool alive(Process p) const {
    if (!valid_process(p)) return false;
    step({objects_.process(p), Deed::read}, "is it alive: P", p);
    return Base::alive(p);
  }
  Frame root(Process p) const {
    step({objects_.process(p), Deed::read}, "load the root table of P", p);
    return Base::root(p);
  }
  void start(Process p, Frame root_table) {
    step({objects_.process(p), Deed::write}, "start P", p);
    Base::start(p, root_table);
  }
  void end(Process p) {
    step({objects_.process(p), Deed::write}, {objects_.allocator(), Deed::write}, "end P", p);
    Base::end(p);
  }
  AreaList areas(Process p) {
    step({objects_.areas(p), Deed::write}, "use the areas of P", p);
    return Base::areas(p);
  }
  std::span<const Area> areas(Process p) const { return Base::areas(p); }

  // Locks.
  void lock_space(Process p) {
    step({objects_.space_lock(p), Deed::lock}, "lock the space of P", p);
    Base::lock_space(p);
  }
  void unlock_space(Process p) {
    step({objects_.space_lock(p), Deed::unlock}, "unlock the space of P", p);
    Base::unlock_space(p);
    released();
  }
  void lock_table(Frame table) {
    step({objects_.table_lock(table), Deed::lock}, "lock table", table);
    Base::lock_table(table);
  }
  void unlock_table(Frame table) {
    step({objects_.table_lock(table), Deed::unlock}, "unlock table", table);
    Base::unlock_table(table);
    released();
  }

  /// Called where no lock is held any more.
  void on_quiet(void (*call)(void*), void* with) { quiet_ = call, with_ = with; }

 protected:
  unsigned task() const { return running() ? scheduler_->task() : 0; }
  bool running() const { return scheduler_ != nullptr && scheduler_->running(); }
  void step(const Touch& touch, const char* text, std::uint32_t number = no_number) const {
    if (running()) scheduler_->access({touch, {}, text, number});
  }
  void step(const Touch& first, const Touch& second, const char* text,
            std::uint32_t number) const {
    if (running()) scheduler_->access({first, second, text, number});
  }
  void interrupt(Cpu cpu, const char* text) {
    step({objects_.instruction(cpu), Deed::pass}, {objects_.tlb(cpu), Deed::write}, text, cpu);
  }

 private:
  bool fails() {
    auto& left = fail_in_[task()];
    return left != 0 && --left == 0;
  }
  static Allocation refused() { return {false, machine::none}; }
  Allocation counted(const Allocation& got) {
    if (!got.ok) ++failed_[task()];
    return got;
  }
  void released() {
    if (quiet_ != nullptr && running() && header().locks == 0) quiet_(with_);
  }

  Objects objects_;
  Scheduler* scheduler_ = nullptr;
  std::array<std::uint32_t, max_tasks> fail_in_{}, failed_{};
  void (*quiet_)(void*) = nullptr;
  void* with_ = nullptr;
};

}  // namespace cow::props::race
