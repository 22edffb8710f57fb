#pragma once

#include "impl/kernel/decisions.h"
#include "impl/kernel/process.h"
#include "impl/machine/compaction.h"
#include "impl/machine/order_checks.h"
#include "impl/machine/tlbs.h"

namespace cow::machine {

/// The machine that runs the kernel for real: integers in one flat block. This class is the
/// whole interface that `impl/kernel` relies on; TermMachine and SteppedMachine offer the same.
/// A museum mutant derives from a machine and hides one of its functions.
template <class Geometry>
class ByteMachine : public Tlbs<Geometry> {
  using Base = Tlbs<Geometry>;

 public:
  using Base::fan;
  using typename Base::Entry, typename Base::Frame, typename Base::Process, typename Base::Area;
  using typename Base::Slot;
  using Decisions = kernel::Decisions;

  /// One entry of one table, and whose translation of which page it is.
  struct Place {
    Process process;
    Frame table;
    std::uint64_t page;
    std::uint32_t index;
    bool common = false;  ///< others have the table, too: nothing may be stored (shared_table.h)
  };

  /// A process's areas, as impl/kernel/areas.h wants them.
  struct AreaList {
    Area* at;
    std::uint32_t& size;
  };

  explicit ByteMachine(const Config& config) : Base(config) { reset(); }

  /// Back to the start: process 0 alive with an empty address space, nothing else.
  void reset() {
    this->clear();
    this->free_everything();
    this->make_own_pages();
    this->start_asids();
    start(0, this->allocate_table().frame);
    publish(0);
  }

  Place place(Process p, Frame table, int level, std::uint64_t page) const {
    return {p, table, page,
            level == 0 ? kernel::index_at<ByteMachine>(page, 0)
                       : kernel::index_at<ByteMachine>(page, 1)};
  }
  /// An entry of an object, which no TLB ever caches.
  Place object_place(Frame table, std::uint64_t page, int level = 0) const {
    return place(none, table, level, page);
  }

  Entry load(const Place& at) const {
    const auto entry = this->load_at(at.table, at.index);
    return at.common ? entry.as_common() : entry;
  }
  void store(const Place& at, Entry entry) {
    if constexpr (Base::G::checked) check_store(*this, at, entry);
    this->store_at(at.table, at.index, entry);
  }
  /// The processor notes in an entry that it writes through it: one locked step, without the lock
  /// of the table (Intel SDM 3A, 4.8). False: the entry is no longer what the walk has `seen`.
  bool set_dirty(Frame table, std::uint32_t index, Entry seen) {
    this->store_at(table, index, seen.made_dirty());
    return true;
  }
  void put(Frame frame) {
    Base::put(frame);
    if constexpr (Base::G::checked) check_put(*this, frame, 1);
  }
  /// For a batch, whose entries changed before (impl/kernel/gather.h).
  void put_gathered(Frame frame) {
    Base::put(frame);
    if constexpr (Base::G::checked) check_unreachable(*this, frame, 1);
  }
  void put_huge_gathered(Frame head) {
    Base::put_huge(head);
    if constexpr (Base::G::checked) check_unreachable(*this, head, fan);
  }
  /// A short reference is one that no entry holds.
  void get_short(Frame frame) { Base::get(frame); }
  void put_short(Frame frame) { Base::put(frame); }
  void put_huge(Frame head) {
    Base::put_huge(head);
    if constexpr (Base::G::checked) check_put(*this, head, fan);
  }

  void flush(const Place& at) {
    if (at.process != none) this->flush_page(at.process, at.page);
  }
  void flush_huge(const Place& at) { flush(at); }
  /// Says that `flush_process` will come before the operation ends.
  void flush_later(const Place&) {}

  bool valid_process(Process p) const { return p < this->config_.procs; }
  bool valid_cpu(std::uint32_t cpu) const { return cpu < this->config_.cpus; }
  bool alive(Process p) const { return valid_process(p) && this->processes_[p].alive != 0; }
  /// Has it lent its memory?
  bool waits(Process p) const { return this->processes_[p].alive == 2; }
  /// Whose memory the process has, and who may wait for it; no valid process: nobody.
  Process lender(Process p) const { return this->processes_[p].lender - 1; }
  Process parent(Process p) const { return this->processes_[p].parent - 1; }
  const ProcessInfo& process_info(Process p) const { return this->processes_[p]; }
  Frame root(Process p) const { return this->processes_[p].root; }
  /// REQUIRES: a space lock is held.
  AreaList areas(Process p) {
    if (Base::G::checked && this->header_->locks == 0) {
      this->complain(kernel::Law::progress, 10, p);
    }
    return {this->areas_ + std::size_t{p} * this->config_.pages, this->processes_[p].areas};
  }
  std::span<const Area> areas(Process p) const {
    return {this->areas_ + std::size_t{p} * this->config_.pages, this->processes_[p].areas};
  }
  static constexpr std::uint32_t pins_per_process = machine::pins_per_process;
  // REQUIRES: the pins of the process are locked.
  const PinInfo& pin(Process p, std::uint32_t slot) const { return this->pins_[p].at[slot]; }
  void set_pin(Process p, std::uint32_t slot, Frame frame, kernel::Access access) {
    this->pins_[p].at[slot] = {frame, access, {}};
  }
  void clear_pin(Process p, std::uint32_t slot) { this->pins_[p].at[slot] = PinInfo{}; }
  const Pins& pins(Process p) const { return this->pins_[p]; }

  /// Changes whenever a fork takes write permission from the process; odd until it is done. With
  /// one thread nobody ever compares, so that it need not tell two forks apart.
  std::uint32_t write_protections(Process p) const { return this->pins_[p].protecting; }
  void begin_write_protection(Process p) { this->pins_[p].protecting = 1; }
  void end_write_protection(Process p) { this->pins_[p].protecting = 0; }

  /// The first frame of the block that `compact` is to empty, if one is worth it.
  /// REQUIRES: nobody takes or frees a frame.
  std::optional<Frame> block_to_empty() {
    this->empty_cpu_pools();
    return cheapest_to_empty(*this);
  }

  /// Is a range flushed at once, when all of it has left the tables?
  bool batches_flushes() const { return this->config_.batches; }
  bool copies_huge() const { return this->config_.copies_huge; }
  bool shares_tables() const { return this->config_.fork == kernel::ForkPolicy::on_demand; }
  bool copies_eagerly() const { return this->config_.fork == kernel::ForkPolicy::eager; }

  // From start to publish, and from end to put_root, only who holds the space lock knows it.
  void start(Process p, Frame root_table) {
    this->processes_[p].root = root_table;
    this->processes_[p].areas = 0;
  }
  void publish(Process p) { this->processes_[p].alive = 1; }
  void end(Process p) { this->processes_[p].alive = 0; }
  void suspend(Process p) { this->processes_[p].alive = 2; }
  void wake(Process p) { publish(p); }
  void set_root(Process p, Frame table) { this->processes_[p].root = table; }
  void set_lender(Process p, Process lender) { this->processes_[p].lender = lender + 1; }
  void forget_lender(Process p) { this->processes_[p].lender = 0; }
  void set_parent(Process p, Process parent) { this->processes_[p].parent = parent + 1; }
  /// In one step, since the parent's exit holds no lock of its children.
  void orphan(Process p, Process parent) {
    if (this->parent(p) == parent) this->processes_[p].parent = 0;
  }
  /// REQUIRES: nothing mapped, and nobody walks its tables.
  void put_root(Process p) {
    this->put_table(this->processes_[p].root);
    this->processes_[p].root = none;
  }
  /// One owner less, unless it is the last, which answers false and stays: nobody else can become
  /// one then.
  bool put_table_unless_last(Frame table) {
    if (this->table_references(table) == 1) return false;
    this->put_table(table);
    return true;
  }

  // One thread runs this machine, so nothing is ever in the middle of an instruction.
  void begin_instruction(std::uint32_t cpu) {
    if (this->has_cpu_pools() || this->config_.nodes > 1) this->header_->cpu = cpu;
  }
  void end_instruction(std::uint32_t) {}
  /// The CPU goes through the process's tables until the end of its instruction: flushes wait for
  /// it.
  void begin_walk(std::uint32_t, Process, std::uint64_t) {}
  /// Waits until every CPU has done with the walk that it is in.
  void flush_walks() {}

  void lock_pins(Process p) { lock(this->pins_[p].locked, p); }
  void unlock_pins(Process p) { unlock(this->pins_[p].locked, p); }
  void lock_space(Process p) { lock(this->processes_[p].locked, p); }
  void unlock_space(Process p) { unlock(this->processes_[p].locked, p); }
  void share_space(Process p) {
    if ((this->processes_[p].locked & 1) != 0) this->complain(kernel::Law::progress, 4, p);
    this->processes_[p].locked += 2;
    ++this->header_->locks;
  }
  void unshare_space(Process p) {
    if (this->processes_[p].locked < 2) this->complain(kernel::Law::progress, 5, p);
    this->processes_[p].locked -= 2;
    --this->header_->locks;
  }
  void lock_table(Frame table) { lock(this->frames_[table].locked, table); }
  void unlock_table(Frame table) { unlock(this->frames_[table].locked, table); }
  void lock_swap() { lock(this->header_->swap_locked, 0); }
  void unlock_swap() { unlock(this->header_->swap_locked, 0); }

 private:
  /// One thread runs this machine, so a lock that is taken already would never come free.
  template <class Word>
  void lock(Word& word, std::uint32_t number) {
    if (word != 0) this->complain(kernel::Law::progress, 4, number);
    word = 1;
    ++this->header_->locks;
  }
  template <class Word>
  void unlock(Word& word, std::uint32_t number) {
    if (word == 0) this->complain(kernel::Law::progress, 5, number);
    word = 0;
    --this->header_->locks;
  }
};

}  // namespace cow::machine
