#include "props/shrink/order.h"

#include <algorithm>
#include <tuple>

namespace cow::props {

namespace {

using model::Kind;
using model::Op;

constexpr int rank(Kind kind) {
  switch (kind) {
    case Kind::read:
      return 0;
    case Kind::write:
      return 1;
    case Kind::exit:
      return 2;
    case Kind::exec:
      return 3;
    case Kind::unmap:
      return 4;
    case Kind::protect:
      return 5;
    case Kind::map:
      return 6;
    case Kind::fork:
      return 7;
  }
  return 8;
}

/// Writable memory is the most ordinary; one is the smallest value that differs from fresh memory.
constexpr int rank(model::Access access) { return 2 - static_cast<int>(access); }
constexpr int rank(std::uint8_t value) { return value == 1 ? 0 : value + 1; }

/// What renaming and moving change stands behind what they do not; lengths stand before places,
/// so that a range may shrink from its front.
auto key(const Op& op) {
  return std::tuple(rank(op.kind), op.oom, op.huge, op.sharing, rank(op.access), op.proc, op.child,
                    op.cpu, op.count, op.length, op.page, op.offset, rank(op.value));
}

}  // namespace

bool simpler(const model::Trace& a, const model::Trace& b) {
  if (a.ops.size() != b.ops.size()) return a.ops.size() < b.ops.size();
  return std::ranges::lexicographical_compare(
      a.ops, b.ops, [](const Op& x, const Op& y) { return x != y && key(x) < key(y); });
}

}  // namespace cow::props
