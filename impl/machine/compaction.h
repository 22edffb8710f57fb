#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "impl/machine/block.h"

namespace cow::machine {

/// Can every frame in use in this block be given up? Not page tables, nor what a device or a huge
/// leaf holds, nor the zero page.
template <class M>
bool is_movable(const M& m, std::uint32_t block) {
  if (m.block_info(block).leaves != 0 || m.block_info(block).pins != 0) return false;
  for (auto f = block * M::fan; f < (block + 1) * M::fan; ++f) {
    if (m.frame_info(f).kind == FrameKind::table || m.is_zero(f)) return false;
  }
  return true;
}

/// What compaction looks for among the blocks of one node.
struct Emptiable {
  std::uint32_t room = 0, most_free = 0;
  std::optional<std::uint32_t> best;  ///< a block

  /// Have the other blocks room for what is in use in the best one?
  bool worth(std::uint32_t fan) const { return best && room - most_free >= fan - most_free; }
};

/// The first frame of the block in partial use that has the fewest frames to move, if the other
/// such blocks of its node have room for those (Linux: compact_zone; pages stay on their node).
/// Nothing when there is none: blocks that are whole are not broken for it.
template <class M>
std::optional<std::uint32_t> cheapest_to_empty(const M& m) {
  std::array<Emptiable, max_nodes> nodes{};
  for (std::uint32_t b = 0; b * M::fan < m.config().frames; ++b) {
    const auto free = m.block_info(b).free;
    if (free == M::fan) continue;
    auto& of = nodes[m.node_of(b * M::fan)];
    of.room += free;
    const bool has_all_its_frames = (b + 1) * M::fan <= m.config().frames;
    if (free <= of.most_free || !has_all_its_frames || !is_movable(m, b)) continue;
    of.most_free = free;
    of.best = b;
  }
  const Emptiable* cheapest = nullptr;
  for (const auto& of : nodes) {
    if (!of.worth(M::fan) || (cheapest != nullptr && of.most_free <= cheapest->most_free)) continue;
    cheapest = &of;
  }
  if (cheapest == nullptr) return std::nullopt;
  return *cheapest->best * M::fan;
}

}  // namespace cow::machine
