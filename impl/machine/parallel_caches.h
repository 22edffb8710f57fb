#pragma once

#include "impl/machine/parallel_frames.h"

// How frames go to and fro between the CPUs' caches and the allocator behind them.

namespace cow::machine {

/// The k-th allocation from now on fails, whoever makes it.
template <class G>
bool ParallelFrames<G>::fails_now() {
  auto left = fail_in_.load(std::memory_order_relaxed);
  while (left != 0) {
    if (fail_in_.compare_exchange_weak(left, left - 1)) return left == 1;
  }
  return false;
}

template <class G>
auto ParallelFrames<G>::allocate_as(FrameKind kind) -> Allocation {
  if (fails_now()) return refuse();
  return start(next_frame(), kind);
}

template <class G>
auto ParallelFrames<G>::start(Frame frame, FrameKind kind) -> Allocation {
  if (frame == none) return refuse();
  this->frames_[frame].kind = kind;
  counts_[frame].start(1);
  note(kernel::Event::allocation);
  return {true, frame};
}

/// From behind the caches: what they hold may be of any block.
template <class G>
auto ParallelFrames<G>::allocate_outside(Frame head) -> Allocation {
  if (fails_now()) return refuse();
  const auto frame = [&] {
    const std::lock_guard hold(central_);
    return this->take_outside(head);
  }();
  return start(frame, FrameKind::data);
}

/// Memory has run out only when a look into all caches found nothing.
template <class G>
auto ParallelFrames<G>::next_frame() -> Frame {
  auto& mine = cpus_[this_cpu()];
  do {
    const std::lock_guard hold(mine.cache);
    if (mine.size == 0) refill(mine);
    if (mine.size > 0) return mine.frames[--mine.size];
  } while (gather() > 0);
  return none;
}

/// In such an order that frames are handed out as the allocator gave them: neighbours to one CPU.
template <class G>
void ParallelFrames<G>::refill(PerCpu& cpu) {
  const std::lock_guard hold(central_);
  for (auto frame = this->take(); frame != none; frame = this->take()) {
    cpu.frames[cpu.size] = frame;
    if (++cpu.size == batch) break;
  }
  std::reverse(cpu.frames.begin(), cpu.frames.begin() + cpu.size);
}

template <class G>
void ParallelFrames<G>::free_frame(Frame frame) {
  auto& kind = this->frames_[frame].kind;
  if (G::checked && kind == FrameKind::unused) return complain(kernel::Law::no_dangling, 3, frame);
  kind = FrameKind::unused;
  this->withdraw(frame);
  if (this->was_cached(frame)) {  // nobody holds it, so nobody caches it anew
    const std::lock_guard hold_swap(swap_lock_);
    this->forget_cached(frame);
  }
  if (G::checked) std::memset(this->page(frame), 0xA5, Base::page_bytes);
  auto& mine = cpus_[this_cpu()];
  const std::lock_guard hold(mine.cache);
  if (mine.size == mine.frames.size()) {
    const std::lock_guard hold_central(central_);
    for (std::uint32_t i = 0; i < batch; ++i) this->give_back(mine.frames[i]);
    std::copy(mine.frames.begin() + batch, mine.frames.end(), mine.frames.begin());
    mine.size -= batch;
  }
  mine.frames[mine.size++] = frame;
}

/// Empties all caches; answers how many frames were in them.
template <class G>
std::uint32_t ParallelFrames<G>::gather() {
  std::uint32_t found = 0;
  for (Cpu c = 0; c < this->config_.cpus; ++c) {
    auto& cpu = cpus_[c];
    const std::lock_guard hold(cpu.cache);
    const std::lock_guard hold_central(central_);
    for (; cpu.size > 0; ++found) this->give_back(cpu.frames[--cpu.size]);
  }
  return found;
}

template <class G>
void ParallelFrames<G>::rest() {
  gather();
  for (std::uint32_t b = 0; b < blocks_in_use_; ++b) {
    this->blocks_[b].small = 0;
    for (Frame f = b * fan; f < (b + 1) * fan; ++f) {
      auto& info = this->frames_[f];
      info.count = counts_[f].holders();
      if (info.kind == FrameKind::data) this->blocks_[b].small += info.count;
    }
  }
  auto& header = *this->header_;
  header.events = {};
  for (Cpu c = 0; c < this->config_.cpus; ++c) {
    for (std::size_t e = 0; e < header.events.size(); ++e) header.events[e] += cpus_[c].events[e];
  }
  for (std::uint32_t p = 0; p < this->config_.procs; ++p) {
    auto& sum = this->accounts_[p] = {};
    for (Cpu c = 0; c < this->config_.cpus; ++c) {
      const auto& part = cpus_[c].accounts[p];
      sum.usage += part.usage;
      for (std::size_t i = 0; i < sum.counts.size(); ++i) sum.counts[i] += part.counts[i];
    }
  }
}

/// Takes over what the machine for one thread made when it was reset.
template <class G>
void ParallelFrames<G>::adopt() {
  for (Frame f = 0; f < blocks_in_use_ * fan; ++f)
    counts_[f].start(this->frames_[f].count +
                     (this->blocks_[f / fan].leaves != 0 ? FrameCount::covered : 0));
  for (Cpu c = 0; c < this->config_.cpus; ++c) {
    cpus_[c].size = 0;
    cpus_[c].events = {};
    std::fill_n(cpus_[c].accounts.get(), this->config_.procs, kernel::Account{});
  }
  cpus_[0].events = this->header_->events;
  fail_in_ = 0;
}

}  // namespace cow::machine
