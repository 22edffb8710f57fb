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

  explicit SteppedMachine(const machine::Config& config) : Base(config), objects_(config, fan) {}

  void attach(Scheduler* scheduler) { scheduler_ = scheduler; }
  const Objects& objects() const { return objects_; }
  /// The k-th allocation from now on of this task fails; 0: none.
  void fail_allocation_of(unsigned task, std::uint32_t k) { fail_in_[task] = k; }
  /// How many allocations of this task have failed.
  std::uint32_t failed_allocations(unsigned task) const { return failed_[task]; }

  // Entries and tables.
  Entry load_at(Frame table, std::uint32_t index) const {
    step({{{objects_.entries(table), Deed::read}}}, "load an entry of table", table);
    return Base::load_at(table, index);
  }
  void store_at(Frame table, std::uint32_t index, Entry entry) {
    step({{{objects_.entries(table), Deed::write}}},
         entry.present() ? "store an entry in table" : "clear an entry of table", table);
    Base::store_at(table, index, entry);
  }
  Entry load(const Place& at) const { return load_at(at.table, at.index); }
  void store(const Place& at, Entry entry) {
    if (frame_info(at.table).locked == 0) complain(kernel::Law::progress, 7, at.table);
    store_at(at.table, at.index, entry);
  }
  bool table_empty(Frame table) const {
    step({{{objects_.entries(table), Deed::read}}}, "is it empty: table", table);
    return Base::table_empty(table);
  }

  // Frames and counts.
  Allocation allocate() {
    step({{{objects_.allocator(), Deed::write}}}, "allocate a frame");
    return counted(fails() ? refused() : Base::allocate());
  }
  Allocation allocate_table() {
    step({{{objects_.allocator(), Deed::write}}}, "allocate a table");
    const auto got = counted(fails() ? refused() : Base::allocate_table());
    if (got.ok && scheduler_ != nullptr) scheduler_->renew_lock(objects_.table_lock(got.frame));
    return got;
  }
  Allocation allocate_huge() {
    step({{{objects_.allocator(), Deed::write}}}, "allocate a huge page");
    return counted(fails() ? refused() : Base::allocate_huge());
  }
  void get(Frame frame) {
    step({{{objects_.count(frame), Deed::add}, {objects_.sum(frame), Deed::add}}}, "get frame",
         frame);
    Base::get(frame);
  }
  /// Frees with the last reference, which only the moment can tell: the step is named again then.
  void put(Frame frame) {
    const Touch count{objects_.count(frame), Deed::write}, sum{objects_.sum(frame), Deed::add},
        leaves{objects_.leaves(frame), Deed::read};
    step({{count, sum, leaves}}, "put frame", frame);
    if (Base::references(frame) == 1) {
      step({{count, sum, leaves, {objects_.allocator(), Deed::write}}}, "free frame", frame);
    }
    Counts::put(frame);
  }
  void get_huge(Frame head) {
    step({{{objects_.leaves(head), Deed::add}}}, "get huge page", head);
    Base::get_huge(head);
  }
  void put_huge(Frame head) {
    const Touch leaves{objects_.leaves(head), Deed::write}, sum{objects_.sum(head), Deed::write};
    step({{leaves}}, "put huge page", head);
    if (head < config().frames && blocks_[head / fan].leaves == 1) {
      step({{leaves, sum, {objects_.allocator(), Deed::write}}}, "free huge page", head);
    }
    Counts::put_huge(head);
  }
  void get_table(Frame table) {
    step({{{objects_.owners(table), Deed::write}}}, "get table", table);
    Base::get_table(table);
  }
  void put_table(Frame table) {
    const Touch owners{objects_.owners(table), Deed::write};
    step({{owners}}, "put table", table);
    if (Base::table_references(table) == 1) {
      step({{owners, {objects_.allocator(), Deed::write}}}, "free table", table);
    }
    Base::put_table(table);
  }
  std::uint32_t table_references(Frame table) const {
    step({{{objects_.owners(table), Deed::read}}}, "count owners of table", table);
    return Base::table_references(table);
  }
  // Two words that are read one after the other. Leaves first: a split moves references from
  // there to the counts, and may be missed in neither (row B11).
  std::uint32_t references(Frame frame) const {
    const auto leaves = leaves_over(frame);
    return leaves + holders_of(frame);
  }
  std::uint32_t huge_references(Frame head) const {
    const auto leaves = leaves_over(head);
    return leaves + holders_in_block(head);
  }

  // Bytes.
  void read_bytes(Frame frame, std::uint32_t offset, std::span<std::uint8_t> out) const {
    step({{{objects_.bytes(frame), Deed::read}}}, "read bytes of frame", frame);
    Base::read_bytes(frame, offset, out);
  }
  void write_bytes(Frame frame, std::uint32_t offset, std::span<const std::uint8_t> in) {
    step({{{objects_.bytes(frame), Deed::write}}}, "write bytes of frame", frame);
    Base::write_bytes(frame, offset, in);
  }
  void zero_page(Frame frame) {
    step({{{objects_.bytes(frame), Deed::write}}}, "zero frame", frame);
    Base::zero_page(frame);
  }
  void copy_page(Frame to, Frame from) {
    step({{{objects_.bytes(from), Deed::read}, {objects_.bytes(to), Deed::write}}}, "copy to frame",
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
    step({{{objects_.tlb(cpu, p), Deed::read}}}, "look into the TLB of CPU", cpu);
    return Base::tlb_find(cpu, p, page, write);
  }
  void tlb_fill(Cpu cpu, Process p, std::uint64_t page, Entry entry) {
    const Touch own{objects_.tlb(cpu, p), Deed::write};
    step({{own}}, "fill the TLB of CPU", cpu);
    const auto& victim = translation(cpu, slot_of(p, page, entry.huge()));
    if (victim.valid != 0 && victim.process != p) {
      step({{own, {objects_.tlb(cpu, victim.process), Deed::write}}}, "evict on CPU", cpu);
    }
    Base::tlb_fill(cpu, p, page, entry);
  }
  void flush_page(Process p, std::uint64_t page) {
    for (Cpu cpu = 0; cpu < config().cpus; ++cpu) {
      interrupt(cpu, p, "flush a page on CPU");
      flush_page_on(cpu, p, page);
    }
  }
  void flush_process(Process p) {
    for (Cpu cpu = 0; cpu < config().cpus; ++cpu) {
      interrupt(cpu, p, "flush the process on CPU");
      flush_process_on(cpu, p);
    }
  }
  void flush_walks() {
    for (Cpu cpu = 0; cpu < config().cpus; ++cpu) {
      step({{{objects_.instruction(cpu), Deed::pass}}}, "wait for CPU", cpu);
    }
  }
  void begin_instruction(Cpu cpu) {
    step({{{objects_.instruction(cpu), Deed::lock}}}, "begin an instruction on CPU", cpu);
  }
  void end_instruction(Cpu cpu) {
    step({{{objects_.instruction(cpu), Deed::unlock}}}, "end the instruction on CPU", cpu);
  }
  void flush(const Place& at) {
    if (at.process != machine::none) flush_page(at.process, at.page);
  }
  void flush_huge(const Place& at) { flush_page(at.process, at.page); }

  // Processes.
  bool alive(Process p) const {
    if (!valid_process(p)) return false;
    step({{{objects_.process(p), Deed::read}}}, "is it alive: P", p);
    return Base::alive(p);
  }
  Frame root(Process p) const {
    step({{{objects_.process(p), Deed::read}}}, "load the root table of P", p);
    return Base::root(p);
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
    step({{{objects_.process(p), Deed::write}, {objects_.allocator(), Deed::write}}},
         "put the root table of P", p);
    Base::put_root(p);
  }
  bool put_table_unless_last(Frame table) {
    step({{{objects_.owners(table), Deed::write}}}, "put, unless the last, table", table);
    return Base::put_table_unless_last(table);
  }
  AreaList areas(Process p) {
    const bool alone = (processes_[p].locked & 1) != 0;
    step({{{objects_.areas(p), alone ? Deed::write : Deed::read}}}, "use the areas of P", p);
    return Base::areas(p);
  }
  std::span<const Area> areas(Process p) const { return Base::areas(p); }

  // Locks.
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
    step({{{objects_.table_lock(table), Deed::lock}}}, "lock table", table);
    Base::lock_table(table);
  }
  void unlock_table(Frame table) {
    step({{{objects_.table_lock(table), Deed::unlock}}}, "unlock table", table);
    Base::unlock_table(table);
    released();
  }

  /// Called where no lock is held any more.
  void on_quiet(void (*call)(void*), void* with) { quiet_ = call, with_ = with; }

 protected:
  std::uint32_t leaves_over(Frame frame) const {
    step({{{objects_.leaves(frame), Deed::read}}}, "load the count of leaves over frame", frame);
    return blocks_[frame / fan].leaves;
  }
  std::uint32_t holders_of(Frame frame) const {
    step({{{objects_.count(frame), Deed::read}}}, "load the count of frame", frame);
    return frames_[frame].count;
  }
  std::uint32_t holders_in_block(Frame head) const {
    step({{{objects_.sum(head), Deed::read}}}, "load the sum of counts at frame", head);
    return blocks_[head / fan].small;
  }
  unsigned task() const { return running() ? scheduler_->task() : 0; }
  bool running() const { return scheduler_ != nullptr && scheduler_->running(); }
  using Touches = std::array<Touch, 4>;
  void step(const Touches& touches, const char* text, std::uint32_t number = no_number) const {
    if (running()) scheduler_->access({touches, text, number});
  }
  void interrupt(Cpu cpu, Process p, const char* text) {
    step({{{objects_.instruction(cpu), Deed::pass}, {objects_.tlb(cpu, p), Deed::write}}}, text,
         cpu);
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
