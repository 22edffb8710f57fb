#pragma once

#include <algorithm>
#include <bit>

#include "model/reference.h"

namespace cow::props {

struct PageRange {
  std::uint32_t first, end;
};

/// The pages that an operation's range touches, clamped to the world; empty for other kinds. A
/// remap touches where it comes from; `target_pages` is where it goes.
inline PageRange touched_pages(const model::Op& op, const model::World& world) {
  const auto clamp = [&](std::uint64_t page) {
    return static_cast<std::uint32_t>(std::min<std::uint64_t>(page, world.pages));
  };
  if (model::takes_pages(op.kind))
    return {clamp(op.page), clamp(std::uint64_t{op.page} + op.count)};
  if (model::shape(op.kind).range == model::Range::page)
    return {clamp(op.page), clamp(std::uint64_t{op.page} + 1)};
  if (!model::is_access(op.kind) || op.length == 0) return {0, 0};
  // Pages are powers of two: dividing by them was a tenth of what an access costs the explorer.
  const auto bits = std::countr_zero(model::page_bytes(world.geometry));
  const auto first = (std::uint64_t{op.page} << bits) + op.offset;
  return {clamp(first >> bits), clamp(((first + op.length - 1) >> bits) + 1)};
}

/// The pages that a remap makes; empty for other kinds.
inline PageRange target_pages(model::Op op, const model::World& world) {
  if (!model::shape(op.kind).to) return {0, 0};
  op.page = op.to;
  return touched_pages(op, world);
}

/// Does it go to pages as a process's access does, faults included? And what must they allow?
constexpr bool reaches_pages(model::Kind kind) {
  return model::is_access(kind) || kind == model::Kind::pin;
}
constexpr model::Access access_needed(const model::Op& op) {
  if (op.kind == model::Kind::pin) return op.access;
  return model::is_store(op.kind) ? model::Access::write : model::Access::read;
}
/// May it go to this page, one of those that it touches?
constexpr bool may_touch(const model::Page& page, const model::Op& op) {
  if (page.guard) return false;
  if (page.wp && access_needed(op) == model::Access::write) return false;
  if (op.kind == model::Kind::pin) return page.access >= op.access;
  return model::allows(page, op.kind);
}

}  // namespace cow::props
