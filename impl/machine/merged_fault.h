#pragma once

#include <algorithm>
#include <fmt/format.h>
#include <optional>

#include "impl/machine/block.h"
#include "impl/machine/finding.h"

namespace cow::machine {

/// What is wrong with the frames that merges offer, as far as no entry is asked: their number, that
/// each is held, and by no device or huge leaf, and that no two have the same bytes.
template <class M>
std::optional<Finding> merged_fault(const M& m) {
  using kernel::Law;
  const auto marks = m.merged_marks();
  const auto merged = marks.size() - static_cast<std::size_t>(std::ranges::count(marks, 0));
  if (merged != m.header().merged) {
    return Finding{Law::exact_count, fmt::format("{} frames are merged, the machine counts {}",
                                                 merged, m.header().merged)};
  }
  if (merged == 0) return std::nullopt;
  for (std::uint32_t f = 0; f < marks.size(); ++f) {
    if (marks[f] == 0) continue;
    const auto& info = m.frame_info(f);
    if (info.kind != FrameKind::data)
      return Finding{Law::no_dangling,
                     fmt::format("frame {} is offered to merges, but nobody's page", f)};
    if (info.pins != 0)
      return Finding{Law::pin_stable, fmt::format("frame {} is merged and pinned", f)};
    if (m.block_info(f / M::fan).leaves != 0)
      return Finding{Law::sole_writer,
                     fmt::format("frame {} is merged, and part of a huge page", f)};
    for (auto g = f + 1; g < marks.size(); ++g) {
      if (marks[g] == 0 || !std::ranges::equal(m.frame_bytes(f), m.frame_bytes(g))) continue;
      return Finding{Law::frugal, fmt::format("the merged frames {} and {} are alike", f, g)};
    }
  }
  return std::nullopt;
}

}  // namespace cow::machine
