#pragma once

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

/// The first frame of the block in partial use that has the fewest frames to move, if the other
/// such blocks have room for those. Nothing when there is none: blocks that are whole are not
/// broken for it.
template <class M>
std::optional<std::uint32_t> cheapest_to_empty(const M& m) {
  std::uint32_t room = 0, most_free = 0;
  std::optional<std::uint32_t> best;
  for (std::uint32_t b = 0; b * M::fan < m.config().frames; ++b) {
    const auto free = m.block_info(b).free;
    if (free == M::fan) continue;
    room += free;
    const bool has_all_its_frames = (b + 1) * M::fan <= m.config().frames;
    if (free <= most_free || !has_all_its_frames || !is_movable(m, b)) continue;
    most_free = free;
    best = b * M::fan;
  }
  if (!best || room - most_free < M::fan - most_free) return std::nullopt;
  return best;
}

}  // namespace cow::machine
