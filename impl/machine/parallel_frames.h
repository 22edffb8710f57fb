#pragma once

#include <algorithm>
#include <memory>
#include <mutex>

#include "impl/machine/byte_machine.h"
#include "impl/machine/frame_count.h"
#include "impl/machine/spin_locks.h"

namespace cow::machine {

/// Frames and counts for many CPUs at once. Each CPU keeps a few free frames of its own before the
/// one allocator, so that two rarely meet there (Linux: per-CPU page lists). The counts lie beside
/// the block, and the sum over a huge page is taken when it is asked for: one word that all faults
/// of 2 MiB add to would be what they wait for. `rest` brings all that into the block.
template <class Geometry>
class ParallelFrames : public ByteMachine<Geometry> {
  using Base = ByteMachine<Geometry>;

 public:
  using Base::fan;
  using typename Base::Allocation, typename Base::Cpu, typename Base::Frame, typename Base::Process,
      typename Base::Slot;

  /// Throws std::invalid_argument when the configuration cannot be built.
  explicit ParallelFrames(const Config& config)
      : Base(config),
        blocks_in_use_((config.frames + fan - 1) / fan),
        counts_(std::make_unique<FrameCount[]>(std::size_t{blocks_in_use_} * fan)),
        cpus_(std::make_unique<PerCpu[]>(config.cpus)) {
    if (config.count_bits != 0)
      throw std::invalid_argument("machine: narrow counts are for one CPU");
    if (config.nodes != 1) throw std::invalid_argument("machine: nodes are for one CPU at a time");
    if (config.zswap != 0) throw std::invalid_argument("machine: zswap is for one CPU at a time");
    if (config.cpus > max_cpus) throw std::invalid_argument("machine: too many CPUs");
    for (Cpu c = 0; c < config.cpus; ++c)
      cpus_[c].accounts = std::make_unique<kernel::Account[]>(config.procs);
    adopt();
  }

  /// REQUIRES: no thread uses the machine.
  void reset() {
    Base::reset();
    adopt();
  }

  Allocation allocate() { return allocate_as(FrameKind::data); }
  Allocation allocate_table() {
    const auto got = allocate_as(FrameKind::table);
    if (got.ok) std::memset(this->page(got.frame), 0, Base::page_bytes);
    return got;
  }
  Allocation allocate_outside(Frame head);
  Allocation open_file(bool pooled) {
    const std::lock_guard guard(file_lock_);
    return Base::open_file_on(*this, pooled);
  }
  /// REQUIRES: nobody takes or frees a frame.
  std::optional<Frame> block_to_empty() {
    gather();
    return cheapest_to_empty(*this);
  }
  Allocation allocate_huge() {
    if (fails_now()) return refuse();
    auto b = take_block();
    if (b == none && gather() > 0) b = take_block();
    if (b == none) return refuse();
    leaves(b * fan).store(1, std::memory_order_relaxed);
    for (Frame f = b * fan; f < (b + 1) * fan; ++f) {
      this->frames_[f].kind = FrameKind::data;
      counts_[f].start(FrameCount::covered);
    }
    note(kernel::Event::allocation, fan);
    return {true, b * fan};
  }

  Allocation allocate_pooled(bool promised) {
    if (!promised && fails_now()) return refuse();
    const std::lock_guard hold(pool_lock_);
    return Base::take_pooled_on(*this, promised);
  }
  bool promise_pooled(std::uint32_t count) {
    if (count > 0 && fails_now()) return refuse().ok;
    const std::lock_guard hold(pool_lock_);
    return Base::promise_pooled_on(*this, count);
  }
  void release_pooled(std::uint32_t count) {
    const std::lock_guard hold(pool_lock_);
    Base::release_pooled(count);
  }

  void get(Frame frame) {
    if (exists(frame)) counts_[frame].get();
  }
  void put(Frame frame) {
    if (exists(frame)) settle(frame, counts_[frame].put());
  }
  void get_table(Frame table) { counts_[table].get(); }
  void put_table(Frame table) {
    if (exists(table)) settle(table, counts_[table].put());
  }
  bool put_table_unless_last(Frame table) { return counts_[table].put_unless_last(); }
  std::uint32_t table_references(Frame table) const { return counts_[table].holders(); }

  // Sequentially consistent: a pin counts itself and then looks whether a fork began; a fork begins
  // and then looks whether a pin is counted. One of them sees the other (row A15).
  void get_pinned(Frame frame) {
    if (!exists(frame)) return;
    counts_[frame].get();
    frame_pins(frame).fetch_add(1);
    block_pins(frame).fetch_add(1);
  }
  void get_short(Frame frame) { get(frame); }
  void put_short(Frame frame) { put(frame); }
  void put_gathered(Frame frame) { put(frame); }
  void put_huge_gathered(Frame head) { put_huge(head); }
  void put_pinned(Frame frame) {
    if (!exists(frame)) return;
    frame_pins(frame).fetch_sub(1);
    block_pins(frame).fetch_sub(1);
    settle(frame, counts_[frame].put());
  }
  bool pinned(Frame frame) const {
    return (!Geometry::checked || frame < this->config_.frames) && frame_pins(frame).load() != 0;
  }
  bool huge_pinned(Frame head) const {
    return (!Geometry::checked || head < this->config_.frames) && block_pins(head).load() != 0;
  }

  // Swap. A frame that is in the swap cache may be on its way to be free.
  void lock_swap() { swap_lock_.lock(); }
  void unlock_swap() {
    if (!swap_lock_.unlock()) complain(kernel::Law::progress, 5, 0);
  }
  Allocation get_cached(Slot slot) {
    const auto frame = this->cached_for(slot);
    if (frame == none || !counts_[frame].get_unless_free()) return {false, none};
    return {true, frame};
  }
  bool covered(Frame frame) const {
    if (Geometry::checked && frame >= this->config_.frames) return false;
    return leaves(frame).load(std::memory_order_acquire) != 0;
  }

  void get_huge(Frame head) {
    if (exists(head)) leaves(head).fetch_add(1, std::memory_order_relaxed);
  }
  void put_huge(Frame head) {
    if (!exists(head)) return;
    const auto before = leaves(head).fetch_sub(1, std::memory_order_acq_rel);
    if (before == 0) return complain(kernel::Law::no_dangling, 3, head);
    if (before > 1) return;
    for (Frame f = head; f < head + fan; ++f) {
      if (counts_[f].uncover()) free_frame(f);
    }
  }

  // Leaves before counts, as everywhere: a split moves references from there to here (row B11).
  std::uint32_t references(Frame frame) const {
    if (Geometry::checked && frame >= this->config_.frames) return 0;
    const auto covering = leaves(frame).load(std::memory_order_acquire);
    return covering + counts_[frame].holders();
  }
  /// No one moment's sum, but a caller who is alone finds that out: nobody can become a holder who
  /// holds nothing, so a frame that was found unheld beside the caller's one leaf stays so.
  std::uint32_t huge_references(Frame head) const {
    if (Geometry::checked && head >= this->config_.frames) return 0;
    auto sum = leaves(head).load(std::memory_order_acquire) - (this->pooled(head) ? 1 : 0);
    for (Frame f = head; f < head + fan; ++f) sum += counts_[f].holders();
    return sum;
  }

  void fail_allocation(std::uint32_t k) { fail_in_.store(k); }

  void note(kernel::Event event, std::uint64_t times = 1) {
    cpus_[this_cpu()].events[static_cast<std::size_t>(event)] += times;
  }
  // Each CPU keeps its part of every account: together they are right (Linux: percpu_counter).
  void charge(Process p, const kernel::Usage& change) { mine(p).usage += change; }
  void count(Process p, kernel::Count what, std::uint32_t times = 1) {
    mine(p).counts[static_cast<std::size_t>(what)] += times;
  }
  /// REQUIRES: the caller has the space alone.
  kernel::Usage usage(Process p) const {
    kernel::Usage sum;
    for (Cpu c = 0; c < this->config_.cpus; ++c) sum += cpus_[c].accounts[p].usage;
    return sum;
  }
  void complain(kernel::Law law, std::uint16_t what, std::uint32_t number) {
    const std::lock_guard hold(complaint_lock_);
    Base::complain(law, what, number);
  }

  /// Brings into the block what is kept beside it, so that an audit sees all. The machine goes on
  /// from there without more ado. REQUIRES: no thread is in a call.
  void rest();

 protected:
  /// Free frames of one CPU: at most two batches.
  static constexpr std::uint32_t batch = std::min(32U, fan);
  struct alignas(line_bytes) PerCpu {
    SpinLock instruction;  ///< held while the CPU executes a load or store
    alignas(line_bytes) SpinLock cache;
    std::uint32_t size = 0;
    std::array<Frame, std::size_t{2} * batch> frames{};
    std::array<std::uint64_t, kernel::event_count> events{};
    std::unique_ptr<kernel::Account[]> accounts;  ///< [process]
  };

  /// A small machine survives a kernel that lost its way, so that the laws can say how.
  bool exists(Frame frame) {
    if (!Geometry::checked || frame < this->config_.frames) return true;
    complain(kernel::Law::no_dangling, 1, frame);
    return false;
  }
  std::atomic_ref<std::uint32_t> leaves(Frame frame) const {
    return std::atomic_ref(this->blocks_[frame / fan].leaves);
  }
  std::atomic_ref<std::uint16_t> frame_pins(Frame frame) const {
    return std::atomic_ref(this->frames_[frame].pins);
  }
  std::atomic_ref<std::uint32_t> block_pins(Frame frame) const {
    return std::atomic_ref(this->blocks_[frame / fan].pins);
  }
  void settle(Frame frame, FrameCount::Put put) {
    if (put == FrameCount::Put::last) free_frame(frame);
    if (put == FrameCount::Put::nobody_held) complain(kernel::Law::no_dangling, 3, frame);
  }

  bool swap_is_locked() const { return swap_lock_.held(); }

  std::uint32_t blocks_in_use_;
  std::unique_ptr<FrameCount[]> counts_;
  std::unique_ptr<PerCpu[]> cpus_;

 private:
  kernel::Account& mine(Process p) { return cpus_[this_cpu()].accounts[p]; }
  void adopt();
  Allocation refuse() {
    note(kernel::Event::failed_allocation);
    return {false, none};
  }
  bool fails_now();
  Allocation allocate_as(FrameKind kind);
  Allocation start(Frame frame, FrameKind kind);
  Frame next_frame();
  void free_frame(Frame frame);
  void refill(PerCpu& cpu);
  std::uint32_t gather();
  std::uint32_t take_block() {
    const std::lock_guard hold(central_);
    return Base::take_block();
  }

  alignas(line_bytes) std::atomic<std::uint32_t> fail_in_ = 0;
  alignas(line_bytes) SpinLock central_;  ///< lists and bitmaps of the block; after a cache's lock
  alignas(line_bytes) SpinLock swap_lock_;
  SpinLock file_lock_;  ///< whether the file is there; before central_
  SpinLock pool_lock_;  ///< which pages of the pool are taken, and how many are promised
  SpinLock complaint_lock_;
};

}  // namespace cow::machine

#include "impl/machine/parallel_caches.h"
