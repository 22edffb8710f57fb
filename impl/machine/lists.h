#pragma once

#include <fmt/format.h>
#include <string>

#include "impl/machine/block.h"

namespace cow::machine {

/// What is wrong with one of a node's lists, or nothing; `*blocks` counts its blocks.
template <class M>
std::string list_fault(const M& m, std::uint32_t node, bool whole, std::uint32_t* blocks) {
  const auto& lists = m.header().nodes[node];
  const auto head = whole ? lists.whole : lists.broken;
  const auto all = (m.config().frames + M::fan - 1) / M::fan;
  auto prev = none;
  for (auto b = head; b != none; prev = b, b = m.block_link(b).next) {
    if (b >= all || ++*blocks > all) return "a list of blocks never ends";
    const auto& block = m.block_info(b);
    if (m.node_of(b * M::fan) != node)
      return fmt::format("the block at frame {} is on a list of node {}", b * M::fan, node);
    if (m.block_link(b).prev != prev)
      return fmt::format("the block at frame {} is linked wrongly", b * M::fan);
    if (block.free > 0 && (block.free == M::fan) == whole) continue;
    return fmt::format(
        "the block at frame {} has {} free frames, but is on the list of the {} ones", b * M::fan,
        block.free, whole ? "whole" : "broken");
  }
  return {};
}

/// The first block that counts its free frames wrongly, or nothing.
template <class M>
std::string free_count_fault(const M& m) {
  for (std::uint32_t b = 0; b * M::fan < m.config().frames; ++b) {
    const auto free = m.block_info(b).free, bits = m.free_in(b);
    if (free == bits) continue;
    return fmt::format("the block at frame {} counts {} free frames and has {}", b * M::fan, free,
                       bits);
  }
  return {};
}

/// The first node that counts its free frames wrongly, or nothing: frames that went to another
/// node.
template <class M>
std::string node_count_fault(const M& m) {
  if (m.config().nodes == 1) return {};
  std::array<std::uint32_t, max_nodes> free{};
  for (std::uint32_t b = 0; b * M::fan < m.config().frames; ++b) {
    free[m.node_of(b * M::fan)] += m.block_info(b).free;
  }
  for (std::uint32_t node = 0; node < m.config().nodes; ++node) {
    const auto counted = m.header().node_free[node];
    if (free[node] == counted) continue;
    return fmt::format("node {} counts {} free frames and has {}", node, counted, free[node]);
  }
  return {};
}

/// What is wrong with the lists: whole blocks are on one, those with some free frames on the other.
template <class M>
std::string lists_fault(const M& m) {
  std::uint32_t listed = 0, wanted = 0;
  for (std::uint32_t node = 0; node < m.config().nodes; ++node) {
    auto fault = list_fault(m, node, true, &listed);
    if (fault.empty()) fault = list_fault(m, node, false, &listed);
    if (!fault.empty()) return fault;
  }
  for (std::uint32_t b = 0; b * M::fan < m.config().frames; ++b) {
    wanted += m.block_info(b).free > 0 ? 1U : 0U;
  }
  if (listed == wanted) return {};
  return fmt::format("{} blocks have free frames, but {} are listed", wanted, listed);
}

}  // namespace cow::machine
