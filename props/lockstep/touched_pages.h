#pragma once

#include <algorithm>

#include "model/op.h"

namespace cow::props {

struct PageRange {
  std::uint32_t first, end;
};

/// The pages that an operation's range touches, clamped to the world; empty for other kinds.
inline PageRange touched_pages(const model::Op& op, const model::World& world) {
  const auto clamp = [&](std::uint64_t page) {
    return static_cast<std::uint32_t>(std::min<std::uint64_t>(page, world.pages));
  };
  if (model::takes_pages(op.kind))
    return {clamp(op.page), clamp(std::uint64_t{op.page} + op.count)};
  if (!model::is_access(op.kind) || op.length == 0) return {0, 0};
  const std::uint64_t bytes = model::page_bytes(world.geometry);
  const auto first = op.page * bytes + op.offset;
  return {clamp(first / bytes), clamp((first + op.length - 1) / bytes + 1)};
}

}  // namespace cow::props
