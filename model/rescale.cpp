#include "model/rescale.h"

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <limits>

namespace cow::model {

namespace {

constexpr std::uint32_t clamp_u32(std::uint64_t x) {
  return static_cast<std::uint32_t>(
      std::min<std::uint64_t>(x, std::numeric_limits<std::uint32_t>::max()));
}

/// The place x in units of `from`, moved to units of `to` (both even): the lower half of a unit
/// keeps its distance from the start, the upper half from the end. Monotone in x.
constexpr std::uint64_t scale(std::uint64_t x, std::uint32_t from, std::uint32_t to) {
  const std::uint64_t start = x / from * to;
  const std::uint64_t distance = x % from;
  if (distance < from / 2) return start + std::min<std::uint64_t>(distance, to / 2 - 1);
  return start + to - std::min<std::uint64_t>(from - distance, to / 2);
}

World scale(const World& from, Geometry to) {
  World world = from;
  world.geometry = to;
  const std::uint64_t pages = scale(from.pages, huge_pages(from.geometry), huge_pages(to));
  world.pages = std::min(clamp_u32(pages), max_pages(to));
  // As many frames as the default world would have, in proportion, rounded.
  const std::uint64_t mine = default_world(from.geometry).frames;
  const std::uint64_t frames =
      (std::uint64_t{from.frames} * default_world(to).frames + mine / 2) / mine;
  const auto least = least_frames + world.pool * huge_pages(to);
  world.frames = std::clamp(clamp_u32(frames), least, max_frames);
  return world;
}

/// Moves operations from one world to another.
struct Scaler {
  World from;
  World to;

  /// Pages of the world stay in the world, all others stay outside.
  std::uint64_t page(std::uint64_t page) const {
    if (page >= from.pages) return page - from.pages + to.pages;
    const std::uint64_t moved = scale(page, huge_pages(from.geometry), huge_pages(to.geometry));
    return std::min<std::uint64_t>(moved, to.pages - 1);
  }

  /// A byte of the address space.
  std::uint64_t byte(std::uint64_t byte) const {
    const std::uint32_t mine = page_bytes(from.geometry);
    const std::uint32_t other = page_bytes(to.geometry);
    return page(byte / mine) * other + scale(byte % mine, mine, other);
  }

  /// The bytes of a pinned page. What reached out of the page does so still.
  Op buffer(Op op) const {
    const std::uint32_t mine = page_bytes(from.geometry);
    const std::uint32_t other = page_bytes(to.geometry);
    const std::uint64_t end = std::uint64_t{op.offset} + op.length;
    const std::uint64_t first = scale(std::min(op.offset, mine - 1), mine, other);
    op.offset = clamp_u32(first);
    if (op.length == 0) return op;
    const std::uint64_t last = end > mine ? other : std::max(first, scale(end - 1, mine, other));
    op.length = clamp_u32(last - first + 1);
    return op;
  }

  /// Scales the first and the last page or byte of the operation, and measures again.
  Op operator()(Op op) const {
    if (takes_pages(op.kind)) {
      const std::uint64_t first = page(op.page);
      if (op.count != 0) {
        op.count = clamp_u32(page(std::uint64_t{op.page} + op.count - 1) - first + 1);
      }
      op.page = clamp_u32(first);
    }
    const Range range = shape(op.kind).range;
    if (shape(op.kind).to || op.file) op.to = clamp_u32(page(op.to));
    if (range == Range::page) op.page = clamp_u32(page(op.page));
    if (range == Range::buffer) return buffer(op);
    if (range == Range::bytes) {
      const std::uint64_t start = std::uint64_t{op.page} * page_bytes(from.geometry) + op.offset;
      const std::uint64_t first = byte(start);
      if (op.length != 0) {  // max: a smaller geometry may fold two pages into one
        const std::uint64_t last = std::max(first, byte(start + op.length - 1));
        op.length = clamp_u32(last - first + 1);
      }
      op.page = clamp_u32(first / page_bytes(to.geometry));
      op.offset = static_cast<std::uint32_t>(first % page_bytes(to.geometry));
    }
    return op;
  }
};

}  // namespace

Trace rescale(const Trace& trace, Geometry to) {
  if (trace.world.geometry == to) return trace;
  const Scaler scaler{trace.world, scale(trace.world, to)};
  Trace result{scaler.to, {}};
  result.ops.reserve(trace.ops.size());
  std::transform(trace.ops.begin(), trace.ops.end(), std::back_inserter(result.ops), scaler);
  return result;
}

}  // namespace cow::model
