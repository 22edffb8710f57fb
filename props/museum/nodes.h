#pragma once

#include <algorithm>

/// Planted bugs of memory that is split between nodes (impl/machine/free_frames.h). They show only
/// in worlds with several.
namespace cow::props::museum {

/// Every CPU asks the first node first.
template <class Base>
struct FirstNodeFirst : Base {
  using Base::Base;
  void reset() {
    Base::reset();
    for (auto& order : this->fallback_) {
      std::sort(order.begin(), order.begin() + this->config_.nodes);
    }
  }
};

/// When its own node has nothing, a CPU asks the farthest one next.
template <class Base>
struct FarthestNodeNext : Base {
  using Base::Base;
  void reset() {
    Base::reset();
    for (auto& order : this->fallback_) {
      std::reverse(order.begin() + 1, order.begin() + this->config_.nodes);
    }
  }
};

/// The last node is on nobody's list: memory is said to have run out while it has some.
template <class Base>
struct NodeLeftOut : Base {
  using Base::Base;
  void reset() {
    Base::reset();
    for (auto& order : this->fallback_) order[this->config_.nodes - 1] = order[0];
  }
};

/// Compaction moves pages to another node, where that has room.
template <class Base>
struct CompactedToAnotherNode : Base {
  using Base::Base;
  typename Base::Allocation allocate_outside(typename Base::Frame head) {
    for (typename Base::Frame other = 0; other < this->config_.frames; other += Base::fan) {
      const auto first = this->lists(other / Base::fan).broken;
      const bool room = first != ~0U && first != other / Base::fan;
      if (room && this->node_of(other) != this->node_of(head)) return Base::allocate_outside(other);
    }
    return Base::allocate_outside(head);
  }
};

/// Huge pages are looked for from the far end.
template <class Base>
struct HugePagesFromAfar : Base {
  using Base::Base;
  typename Base::Allocation allocate_huge() {
    const auto order = this->fallback_;
    for (auto& mine : this->fallback_) {
      std::reverse(mine.begin(), mine.begin() + this->config_.nodes);
    }
    const auto got = Base::allocate_huge();
    this->fallback_ = order;
    return got;
  }
};

}  // namespace cow::props::museum
