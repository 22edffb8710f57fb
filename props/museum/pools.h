#pragma once

#include <algorithm>
#include <cstdint>

/// Planted bugs about the pools of free frames that CPUs keep. They show only in worlds with pools.
namespace cow::props::museum {

/// A frame that became free goes to the pool of another CPU, too.
template <class Base>
struct PooledTwice : Base {
  using Base::Base;
  void put(typename Base::Frame frame) {
    const bool used = this->has_cpu_pools() && !this->is_free(frame);
    Base::put(frame);
    if (!used || !this->is_free(frame) || this->config_.cpus == 1) return;
    auto& other = this->cpu_pools_[(this->header_->cpu + 1) % this->config_.cpus];
    if (other.size < this->config_.cpu_pool) other.frames[other.size++] = frame;
  }
};

/// Memory is said to have run out when the lists are empty and so is this CPU's pool.
template <class Base>
struct PoolsNotDrained : Base {
  using Base::Base;
  typename Base::Allocation allocate() {
    const auto& header = *this->header_;
    const bool lists = std::ranges::any_of(
        header.nodes, [](const auto& of) { return of.broken != ~0U || of.whole != ~0U; });
    if (this->has_cpu_pools() && !lists && this->cpu_pools_[header.cpu].size == 0) {
      return this->refuse_frame();
    }
    return Base::allocate();
  }
};

/// What comes from a pool is believed to be zeroed already.
template <class Base>
struct PoolsBelievedClean : Base {
  using Base::Base;
  void zero_page(typename Base::Frame frame) {
    if (!this->has_cpu_pools()) Base::zero_page(frame);
  }
};

/// A batch for a pool loses its last frame.
template <class Base>
struct BatchLosesOne : Base {
  using Base::Base;
  typename Base::Allocation allocate() {
    const auto got = Base::allocate();
    if (!this->has_cpu_pools()) return got;
    auto& mine = this->cpu_pools_[this->header_->cpu];
    if (mine.size != 0) --mine.size;
    return got;
  }
};

}  // namespace cow::props::museum
