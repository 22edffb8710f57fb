#pragma once

#include <algorithm>
#include <array>
#include <numeric>
#include <span>
#include <utility>

#include "impl/machine/slots.h"

namespace cow::machine {

/// Frames and CPUs may be split between nodes (NUMA). Blocks of frames that lie together are of one
/// node; CPU c is of node c modulo their number. A CPU takes frames from its own node while that
/// has any, then from the nearest that has (Linux: build_zonelists, node_zonelist). Nodes lie on a
/// line: how far two are apart is the difference of their numbers. A node may have no CPU, and
/// where there are few blocks no memory either.
template <class Geometry>
class Nodes : public Slots<Geometry> {
  using Base = Slots<Geometry>;

 public:
  using Base::Base, Base::fan;
  using typename Base::Cpu, typename Base::Frame;

  std::uint32_t node_of(Frame frame) const {
    if (this->config_.nodes == 1) return 0;
    const auto blocks = (this->config_.frames + fan - 1) / fan;
    return frame / fan * this->config_.nodes / blocks;
  }
  std::uint32_t node_of_cpu(Cpu cpu) const {
    return this->config_.nodes == 1 ? 0 : cpu % this->config_.nodes;
  }
  /// The node of the CPU that acts, or acted last: what no CPU asked for is taken there.
  std::uint32_t here() const { return node_of_cpu(this->header_->cpu); }
  static std::uint32_t distance(std::uint32_t a, std::uint32_t b) { return a > b ? a - b : b - a; }

 protected:
  /// The nearest first, and of two that are equally near the lower.
  void order_nodes() {
    for (std::uint32_t node = 0; node < this->config_.nodes; ++node) {
      auto& order = fallback_[node];
      std::iota(order.begin(), order.end(), std::uint8_t{0});
      const auto key = [&](auto a) { return std::pair(distance(node, a), a); };
      std::sort(order.begin(), order.begin() + this->config_.nodes,
                [&](auto a, auto b) { return key(a) < key(b); });
    }
  }
  /// All nodes, in the order in which the CPU that acts asks them.
  std::span<const std::uint8_t> fallback() const {
    return std::span(fallback_[here()]).first(this->config_.nodes);
  }
  NodeLists& lists(std::uint32_t block) { return this->header_->nodes[node_of(block * fan)]; }

  /// So many frames more, or less, are on a node's lists. One node alone has all that are free.
  void count_free(Frame frame, std::uint32_t change) {
    if (this->config_.nodes > 1) this->header_->node_free[node_of(frame)] += change;
  }

  /// The CPU that acts has taken a frame, or a whole block. It must not have passed a nearer node
  /// that had one on its lists.
  void expect_near(Frame frame, bool huge) {
    if (this->config_.nodes == 1 || node_of(frame) == here()) return;
    this->note(kernel::Event::far_frame, huge ? fan : 1);
    const auto far = distance(here(), node_of(frame));
    for (std::uint32_t node = 0; Base::G::checked && node < this->config_.nodes; ++node) {
      const bool has =
          huge ? this->header_->nodes[node].whole != none : this->header_->node_free[node] != 0;
      if (has && distance(here(), node) < far) this->complain(kernel::Law::frugal, 14, frame);
    }
  }

  /// [node]: the nodes in the order in which its CPUs ask them.
  std::array<std::array<std::uint8_t, max_nodes>, max_nodes> fallback_{};
};

}  // namespace cow::machine
