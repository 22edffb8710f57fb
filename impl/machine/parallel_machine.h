#pragma once

#include "impl/machine/known_to.h"
#include "impl/machine/parallel_frames.h"

namespace cow::machine {

/// The machine that many threads run at once, each as one CPU (ActAsCpu). Two CPUs may act in one
/// process, as threads that share an address space do. It has the block of a ByteMachine, so that
/// the same audit looks at it, when all threads are out of it and after `rest`.
///
/// What keeps it sound, besides the kernel's locks:
/// - Entries are stored with release and loaded with acquire: who finds an entry, by a walk without
///   a lock as processors do, finds the frame as it was filled before.
/// - A load or store holds its CPU's `instruction` lock from the TLB to the byte. A shootdown takes
///   the same lock of every CPU that may know the page, so it waits for accesses that began with
///   the old translation, and those that begin later see the entry that was changed before.
/// - Bytes that programs move are relaxed atomics, byte by byte: two threads of one process may
///   touch the same byte, which is the program's race and not ours. Whole pages that the kernel
///   zeroes and copies are plain: that nobody else touches those is what ThreadSanitizer checks.
template <class Geometry>
class ParallelMachine : public ParallelFrames<Geometry> {
  using Base = ParallelFrames<Geometry>;
  using Word = typename Geometry::Word;

 public:
  using Base::fan, Base::page_bytes;
  using typename Base::AreaList, typename Base::Cpu, typename Base::Entry, typename Base::Frame,
      typename Base::Place, typename Base::Process;

  explicit ParallelMachine(const Config& config)
      : Base(config),
        known_(std::make_unique<KnownTo[]>(config.procs)),
        spaces_(std::make_unique<SharedSpinLock[]>(config.procs)),
        pins_locks_(std::make_unique<SpinLock[]>(config.procs)) {}

  // Entries.
  Entry load_at(Frame table, std::uint32_t index) const {
    if (Geometry::checked && table >= this->config_.frames) return Entry::none();
    return Entry(word(table, index).load(std::memory_order_acquire));
  }
  void store_at(Frame table, std::uint32_t index, Entry entry) {
    if (Geometry::checked && !this->is_table(table)) {
      return this->complain(kernel::Law::no_dangling, 0, table);
    }
    word(table, index).store(entry.word(), std::memory_order_release);
  }
  Entry peek_at(Frame table, std::uint32_t index) const { return load_at(table, index); }
  Entry load(const Place& at) const {
    const auto entry = load_at(at.table, at.index);
    return at.common ? entry.as_common() : entry;
  }
  void store(const Place& at, Entry entry) { store_at(at.table, at.index, entry); }
  /// As impl/kernel/dirty.h wants it. Linux: cmpxchg, ptep_set_wrprotect.
  bool replace(const Place& at, Entry before, Entry after) {
    auto expected = before.word();
    return word(at.table, at.index).compare_exchange_strong(expected, after.word());
  }
  bool set_dirty(Frame table, std::uint32_t index, Entry seen) {
    auto expected = seen.word();
    return word(table, index).compare_exchange_strong(expected, seen.made_dirty().word());
  }
  bool table_empty(Frame table) const {
    for (std::uint32_t i = 0; i < fan; ++i) {
      if (load_at(table, i) != Entry::none()) return false;
    }
    return true;
  }

  // Bytes.
  void read_bytes(Frame frame, std::uint32_t offset, std::span<std::uint8_t> out) const {
    if (Geometry::checked && frame >= this->config_.frames) return;
    auto* from = this->bytes_ + frame * page_bytes + offset;
    for (auto& byte : out) byte = std::atomic_ref(*from++).load(std::memory_order_relaxed);
  }
  void write_bytes(Frame frame, std::uint32_t offset, std::span<const std::uint8_t> in) {
    if (!this->exists(frame)) return;
    auto* to = this->bytes_ + frame * page_bytes + offset;
    for (const auto byte : in) std::atomic_ref(*to++).store(byte, std::memory_order_relaxed);
  }
  void copy_page(Frame to, Frame from) {
    if (!this->exists(from)) return;
    std::memcpy(this->page(to), this->page(from), page_bytes);
    this->note(kernel::Event::copy);
  }
  /// Processors may write to both meanwhile.
  bool same_page(Frame a, Frame b) const {
    if (Geometry::checked && std::max(a, b) >= this->config_.frames) return false;
    auto *x = this->bytes_ + a * page_bytes, *y = this->bytes_ + b * page_bytes;
    for (const auto* const end = x + page_bytes; x != end; ++x, ++y) {
      if (std::atomic_ref(*x).load(std::memory_order_relaxed) !=
          std::atomic_ref(*y).load(std::memory_order_relaxed))
        return false;
    }
    return true;
  }
  void zero_page(Frame frame) {
    std::memset(this->page(frame), 0, page_bytes);
    this->note(kernel::Event::zero);
  }
  void copy_huge(Frame to, Frame from) {
    std::memcpy(this->page(to), this->page(from), page_bytes * fan);
    this->note(kernel::Event::copy, fan);
  }
  void zero_huge(Frame head) {
    std::memset(this->page(head), 0, page_bytes * fan);
    this->note(kernel::Event::zero, fan);
  }

  // Shootdowns. What a CPU has cached is touched under its instruction lock only.
  void begin_walk(Cpu cpu, Process p, std::uint64_t page) { known_[p].add(cpu, page / fan); }
  void begin_instruction(Cpu cpu) { this->cpus_[cpu].instruction.lock(); }
  void end_instruction(Cpu cpu) { this->cpus_[cpu].instruction.unlock(); }
  /// Where it finds nothing the CPU is about to walk the tables.
  std::optional<Frame> tlb_find(Cpu cpu, Process p, std::uint64_t page, bool write) {
    const auto hit = Base::tlb_find(cpu, p, page, write);
    if (!hit) known_[p].add(cpu, page / fan);
    return hit;
  }
  void flush_walks() {
    for (Cpu cpu = 0; cpu < this->config_.cpus; ++cpu) between_instructions(cpu, [](Cpu) {});
  }
  void flush_page(Process p, std::uint64_t page) {
    const auto flush_part = [&](Cpu cpu) { this->flush_page_on(cpu, p, page); };
    if (this->has_asids()) return flush_running(p, flush_part);
    for_each_cpu(known_[p].cpus(page / fan), flush_part);
    this->note(kernel::Event::shootdown);
  }
  void flush_range(Process p, std::uint64_t first, std::uint64_t end) {
    const auto flush_part = [&](Cpu cpu) { this->flush_range_on(cpu, p, first, end); };
    if (this->has_asids()) return flush_running(p, flush_part);
    for_each_cpu(known_[p].cpus_of_all(), flush_part);
    this->note(kernel::Event::shootdown);
  }
  void flush_process(Process p) {
    if (this->has_asids()) {
      return flush_running(p, [&](Cpu cpu) { this->flush_process_on(cpu, p); });
    }
    for_each_cpu(known_[p].cpus_of_all(), [&](Cpu cpu) {
      this->flush_process_on(cpu, p);
      known_[p].remove(cpu);
    });
    this->note(kernel::Event::shootdown);
  }
  // Whom a CPU runs, and generations: sequentially consistent, see impl/kernel/asid.h.
  bool runs(Cpu cpu, Process p) const { return running(cpu).load() == p; }
  void run(Cpu cpu, Process p) {
    this->use_asid(cpu, none);
    running(cpu).store(p);
  }
  std::uint32_t generation(Process p) const { return generations(p).load(); }
  std::uint32_t advance_generation(Process p) { return generations(p).fetch_add(1) + 1; }
  void flush(const Place& at) {
    if (at.process != none) flush_page(at.process, at.page);
  }
  void flush_huge(const Place& at) { flush(at); }

  // Processes. Release and acquire: who finds one alive finds its root and its areas.
  bool alive(Process p) const {
    return this->valid_process(p) && info(&ProcessInfo::alive, p).load(std::memory_order_acquire);
  }
  bool waits(Process p) const {
    return info(&ProcessInfo::alive, p).load(std::memory_order_acquire) == 2;
  }
  Process lender(Process p) const { return info(&ProcessInfo::lender, p).load() - 1; }
  Process parent(Process p) const { return info(&ProcessInfo::parent, p).load() - 1; }
  Frame root(Process p) const {
    return info(&ProcessInfo::root, p).load(std::memory_order_acquire);
  }
  void set_root(Process p, Frame table) {
    info(&ProcessInfo::root, p).store(table, std::memory_order_release);
  }
  void start(Process p, Frame root_table) {
    known_[p].reset();  // by those who knew the last process of this name
    info(&ProcessInfo::root, p).store(root_table, std::memory_order_release);
    this->processes_[p].areas = 0;
  }
  void publish(Process p) { info(&ProcessInfo::alive, p).store(1, std::memory_order_release); }
  void end(Process p) { info(&ProcessInfo::alive, p).store(0, std::memory_order_release); }
  void suspend(Process p) { info(&ProcessInfo::alive, p).store(2, std::memory_order_release); }
  void wake(Process p) { publish(p); }
  void set_lender(Process p, Process lender) { info(&ProcessInfo::lender, p).store(lender + 1); }
  void forget_lender(Process p) { info(&ProcessInfo::lender, p).store(0); }
  void set_parent(Process p, Process parent) { info(&ProcessInfo::parent, p).store(parent + 1); }
  void orphan(Process p, Process parent) {
    auto expected = parent + 1;
    info(&ProcessInfo::parent, p).compare_exchange_strong(expected, 0);
  }
  void put_root(Process p) {
    this->put_table(root(p));
    info(&ProcessInfo::root, p).store(none, std::memory_order_release);
  }
  /// REQUIRES: the process's space lock is held.
  AreaList areas(Process p) {
    return {this->areas_ + std::size_t{p} * this->config_.pages, this->processes_[p].areas};
  }
  std::span<const kernel::Area> areas(Process p) const { return Base::areas(p); }

  // Sequentially consistent, as the counts of pins are (ParallelFrames::get_pinned). Counts on, so
  // that a second fork is not taken for the first.
  std::uint32_t write_protections(Process p) const { return protecting(p).load(); }
  void begin_write_protection(Process p) { protecting(p).fetch_add(1); }
  void end_write_protection(Process p) { protecting(p).fetch_add(1); }

  // Locks. Those of tables lie in the block, eight in a cache line with neighbouring frames only.
  void lock_pins(Process p) { pins_locks_[p].lock(); }
  void unlock_pins(Process p) { pins_locks_[p].unlock(); }
  void lock_space(Process p) { spaces_[p].lock(); }
  void unlock_space(Process p) { expect_held(spaces_[p].unlock(), p); }
  void share_space(Process p) { spaces_[p].share(); }
  void unshare_space(Process p) { expect_held(spaces_[p].unshare(), p); }
  void lock_table(Frame table) {
    if (this->exists(table)) spin_lock(this->frames_[table].locked);
  }
  void unlock_table(Frame table) {
    if (this->exists(table)) expect_held(spin_unlock(this->frames_[table].locked), table);
  }

  void rest() {
    Base::rest();
    for (Process p = 0; p < this->config_.procs; ++p) this->pins_[p].protecting %= 2;
    this->header_->locks = locks_held();
  }

 protected:
  /// Calls `act` at a moment when the CPU executes no load or store.
  template <class Act>
  void between_instructions(Cpu cpu, Act act) {
    const std::lock_guard hold(this->cpus_[cpu].instruction);
    act(cpu);
  }
  template <class Act>
  void for_each_cpu(std::uint32_t cpus, Act act) {
    for (; cpus != 0; cpus &= cpus - 1) {
      between_instructions(static_cast<Cpu>(std::countr_zero(cpus)), act);
    }
  }
  /// Interrupts the CPUs that run the process. Others keep what they have cached, and look at the
  /// generation: so whoever runs has seen every flush, and not only those of the parts it knows.
  template <class FlushPart>
  void flush_running(Process p, FlushPart flush_part) {
    const auto generation = advance_generation(p);
    for (Cpu cpu = 0; cpu < this->config_.cpus; ++cpu) {
      if (!runs(cpu, p)) {
        this->note(kernel::Event::deferred_flush);
        continue;
      }
      between_instructions(cpu, [&](Cpu c) { catch_up(*this, c, p, generation, flush_part); });
    }
    this->note(kernel::Event::shootdown);
  }
  void expect_held(bool held, std::uint32_t number) {
    if (!held) this->complain(kernel::Law::progress, 5, number);
  }

  // Apart from the allocator's lock, which others write to.
  alignas(line_bytes) std::unique_ptr<KnownTo[]> known_;  ///< [process]

 private:
  std::atomic_ref<Word> word(Frame table, std::uint32_t index) const {
    return std::atomic_ref(reinterpret_cast<Word*>(this->bytes_ + table * page_bytes)[index]);
  }
  std::atomic_ref<std::uint32_t> info(std::uint32_t ProcessInfo::*field, Process p) const {
    return std::atomic_ref(this->processes_[p].*field);
  }
  std::atomic_ref<std::uint32_t> protecting(Process p) const {
    return std::atomic_ref(this->pins_[p].protecting);
  }
  std::atomic_ref<std::uint32_t> generations(Process p) const {
    return std::atomic_ref(this->generations_[p]);
  }
  std::atomic_ref<std::uint32_t> running(Cpu cpu) const {
    return std::atomic_ref(this->asids_[cpu].running);
  }
  std::uint32_t locks_held() const {
    std::uint32_t held = this->swap_is_locked() ? 1 : 0;
    for (Process p = 0; p < this->config_.procs; ++p) held += spaces_[p].holders();
    for (Process p = 0; p < this->config_.procs; ++p) held += pins_locks_[p].held() ? 1U : 0U;
    for (Frame f = 0; f < this->config_.frames; ++f) held += this->frames_[f].locked;
    for (Cpu c = 0; c < this->config_.cpus; ++c)
      held += this->cpus_[c].instruction.held() ? 1U : 0U;
    return held;
  }

  std::unique_ptr<SharedSpinLock[]> spaces_;  ///< [process]
  std::unique_ptr<SpinLock[]> pins_locks_;    ///< [process]
};

}  // namespace cow::machine
