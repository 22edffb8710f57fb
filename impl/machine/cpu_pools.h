#pragma once

#include "impl/machine/free_frames.h"

namespace cow::machine {

/// Free frames that each CPU keeps for itself, so that a storm of copies seldom meets the lists: a
/// pool that is empty is filled with a batch, one that is full gives a batch back. A pooled frame
/// is as free as any other: before memory is said to have run out, all pools are emptied (Linux:
/// rmqueue_bulk, free_pcppages_bulk, drain_all_pages). A pool has frames of its CPU's node only, as
/// Linux keeps a list for each zone: what is far is asked for, and given back, one by one.
template <class Geometry>
class CpuPools : public FreeFrames<Geometry> {
  using Base = FreeFrames<Geometry>;

 public:
  using Base::Base;
  using typename Base::Cpu, typename Base::Frame;

  /// Free, on a list or in a pool.
  bool is_free(Frame frame) const {
    return Base::is_free(frame) || this->frames_[frame].kind == FrameKind::spare;
  }
  bool has_cpu_pools() const { return this->config_.cpu_pool != 0; }
  const Pool& cpu_pool(Cpu cpu) const { return this->cpu_pools_[cpu]; }

 protected:
  /// A free frame, not yet anything; `none` when there is none.
  Frame next_frame() {
    if (!has_cpu_pools()) return this->take();
    auto& mine = this->cpu_pools_[this->header_->cpu];
    if (mine.size == 0) refill(mine);
    if (mine.size > 0) return take_pooled(mine);
    const auto far = this->take();
    if (far != none || !drain()) return far;
    refill(mine);
    return mine.size > 0 ? take_pooled(mine) : this->take();
  }

  /// Nobody holds the frame any more.
  void release(Frame frame) {
    if (!has_cpu_pools() || this->node_of(frame) != this->here()) return this->give_back(frame);
    auto& mine = this->cpu_pools_[this->header_->cpu];
    if (mine.size == this->config_.cpu_pool) spill(mine, batch());
    pool_frame(mine, frame);
  }

  /// Empties all pools; false when they were empty.
  bool drain() {
    if (!has_cpu_pools()) return false;
    std::uint32_t found = 0;
    for (Cpu cpu = 0; cpu < this->config_.cpus; ++cpu) {
      found += this->cpu_pools_[cpu].size;
      spill(this->cpu_pools_[cpu], this->cpu_pools_[cpu].size);
    }
    if (found != 0) this->note(kernel::Event::pool_drain);
    return found != 0;
  }

 private:
  std::uint32_t batch() const { return (this->config_.cpu_pool + 1) / 2; }

  /// In such an order that frames are handed out as the lists give them.
  void refill(Pool& pool) {
    for (auto left = batch(); left > 0; --left) {
      const auto frame = this->take_on(this->here());
      if (frame == none) break;
      pool_frame(pool, frame);
    }
    std::reverse(pool.frames.begin(), pool.frames.begin() + pool.size);
    if (pool.size != 0) this->note(kernel::Event::pool_refill);
  }
  Frame take_pooled(Pool& pool) {
    --this->header_->free_frames;
    return pool.frames[--pool.size];
  }
  void pool_frame(Pool& pool, Frame frame) {
    this->frames_[frame].kind = FrameKind::spare;
    pool.frames[pool.size++] = frame;
    ++this->header_->free_frames;
  }
  /// The `count` frames that came first go back to the lists.
  void spill(Pool& pool, std::uint32_t count) {
    for (std::uint32_t i = 0; i < count; ++i) {
      this->frames_[pool.frames[i]].kind = FrameKind::unused;
      --this->header_->free_frames;
      this->give_back(pool.frames[i]);
    }
    std::copy(pool.frames.begin() + count, pool.frames.begin() + pool.size, pool.frames.begin());
    pool.size -= count;
    std::fill(pool.frames.begin() + pool.size, pool.frames.end(), 0U);
  }
};

}  // namespace cow::machine
