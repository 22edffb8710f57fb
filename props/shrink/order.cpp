#include "props/shrink/order.h"

#include <algorithm>
#include <array>
#include <tuple>

namespace cow::props {

namespace {

using model::Kind;
using model::Op;

/// From the plainest on.
constexpr std::array by_plainness = {
    Kind::read,        Kind::write,        Kind::kernel_read, Kind::kernel_write, Kind::force_write,
    Kind::device_read, Kind::device_write, Kind::exit,        Kind::exec,         Kind::unmap,
    Kind::dontneed,    Kind::unpin,        Kind::protect,     Kind::split,        Kind::migrate,
    Kind::collapse,    Kind::compact,      Kind::merge,       Kind::unmerge,      Kind::map,
    Kind::pin,         Kind::advise,       Kind::remap,       Kind::unwp,         Kind::wp,
    Kind::unguard,     Kind::guard,        Kind::free,        Kind::clear_refs,   Kind::pageout,
    Kind::swapoff,     Kind::wait,         Kind::fork,        Kind::vfork};
static_assert(by_plainness.size() == model::kind_count);

constexpr auto rank(Kind kind) {
  return std::ranges::find(by_plainness, kind) - by_plainness.begin();
}

/// Writable memory is the most ordinary; one is the smallest value that differs from fresh memory.
constexpr int rank(model::Access access) { return 2 - static_cast<int>(access); }
constexpr int rank(std::uint8_t value) { return value == 1 ? 0 : value + 1; }

/// What renaming and moving change stands behind what they do not; lengths stand before places,
/// so that a range may shrink from its front.
auto key(const Op& op) {
  return std::tuple(rank(op.kind), op.oom, op.huge, op.hugetlb, op.file, op.sharing,
                    rank(op.access), op.proc, op.child, op.pin, op.advice, op.cpu, op.count,
                    op.length, op.page, op.to, op.offset, rank(op.value));
}

}  // namespace

bool simpler(const model::Trace& a, const model::Trace& b) {
  if (a.ops.size() != b.ops.size()) return a.ops.size() < b.ops.size();
  return std::ranges::lexicographical_compare(
      a.ops, b.ops, [](const Op& x, const Op& y) { return x != y && key(x) < key(y); });
}

}  // namespace cow::props
