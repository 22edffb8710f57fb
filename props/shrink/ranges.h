#pragma once

#include <cstdint>

#include "model/op.h"

namespace cow::props {

/// The range of an operation in its own unit, pages or bytes; empty for kinds without one.
struct Extent {
  std::uint64_t first = 0, end = 0;
};

/// Has it a range whose length can change?
inline bool has_extent(const model::Op& op) {
  return model::takes_pages(op.kind) || model::has_offset(model::shape(op.kind).range);
}

/// How many of the range's units make a page.
inline std::uint64_t units_per_page(const model::Op& op, const model::World& world) {
  return model::has_offset(model::shape(op.kind).range) ? model::page_bytes(world.geometry) : 1;
}

/// In bytes of the pinned page, for what acts within one.
inline Extent range_of(const model::Op& op, const model::World& world) {
  const auto range = model::shape(op.kind).range;
  if (range == model::Range::pages) return {op.page, std::uint64_t{op.page} + op.count};
  if (range == model::Range::page) return {op.page, std::uint64_t{op.page} + 1};
  if (range == model::Range::buffer) return {op.offset, std::uint64_t{op.offset} + op.length};
  if (range != model::Range::bytes) return {};
  const auto first = op.page * units_per_page(op, world) + op.offset;
  return {first, first + op.length};
}

/// Where its first unit must lie: in the world, or in the pinned page.
inline std::uint64_t range_limit(const model::Op& op, const model::World& world) {
  const bool buffer = model::shape(op.kind).range == model::Range::buffer;
  return units_per_page(op, world) * (buffer ? 1 : world.pages);
}

/// Gives `op`, which has a range, another one. REQUIRES: lengths that fit into 32 bits, of one
/// where `op` acts on one page, and a start below the limit.
inline void set_range(model::Op& op, const Extent& range, const model::World& world) {
  const auto units = units_per_page(op, world);
  const auto length = static_cast<std::uint32_t>(range.end - range.first);
  op.page = static_cast<std::uint32_t>(range.first / units);
  op.offset = static_cast<std::uint32_t>(range.first % units);
  if (has_extent(op)) (model::takes_pages(op.kind) ? op.count : op.length) = length;
}

}  // namespace cow::props
