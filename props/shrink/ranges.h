#pragma once

#include <cstdint>

#include "model/op.h"

namespace cow::props {

/// The range of an operation in its own unit, pages or bytes; empty for kinds without one.
struct Extent {
  std::uint64_t first = 0, end = 0;
};

/// How many of the range's units make a page.
inline std::uint64_t units_per_page(const model::Op& op, const model::World& world) {
  return model::is_access(op.kind) ? model::page_bytes(world.geometry) : 1;
}

inline Extent range_of(const model::Op& op, const model::World& world) {
  if (model::takes_pages(op.kind)) return {op.page, std::uint64_t{op.page} + op.count};
  if (!model::is_access(op.kind)) return {};
  const auto first = op.page * units_per_page(op, world) + op.offset;
  return {first, first + op.length};
}

/// Gives `op`, which has a range, another one. REQUIRES: lengths that fit into 32 bits.
inline void set_range(model::Op& op, const Extent& range, const model::World& world) {
  const auto units = units_per_page(op, world);
  const auto length = static_cast<std::uint32_t>(range.end - range.first);
  op.page = static_cast<std::uint32_t>(range.first / units);
  op.offset = static_cast<std::uint32_t>(range.first % units);
  (model::is_access(op.kind) ? op.length : op.count) = length;
}

}  // namespace cow::props
