#pragma once

#include <fmt/format.h>
#include <optional>

#include "impl/machine/byte_machine.h"
#include "model/op.h"
#include "props/lockstep/failure.h"

/// What the project's own kernel promises of pageout and free, beyond what a hint must: that they
/// are done where nothing stands against it. Looked at from outside, by the machine's memory, after
/// such an operation that no failed allocation cut short.
namespace cow::props {

/// What to do with a page that is there after all: `complains(leaf, page, frame)` for each page of
/// the operation's range, where a small leaf or a huge one maps it; the first that it says true of.
template <class M, class Complains>
std::optional<std::uint32_t> first_page(const M& m, const model::Op& op, Complains complains) {
  for (auto page = op.page; page - op.page < op.count; ++page) {
    const auto at = kernel::walk<M>(m, m.root(op.proc), m.user_first() + page);
    if (at.level > 1 || !at.entry.present()) continue;
    const auto sub =
        at.level == 0 ? 0 : static_cast<std::uint32_t>((m.user_first() + page) % M::fan);
    if (at.entry.frame() + sub >= m.config().frames) continue;  // which the audit finds
    if (complains(at.entry, at.entry.frame() + sub)) return page;
  }
  return std::nullopt;
}

/// frugal: where swap has room a pageout leaves no page in memory that its process has alone and no
/// device holds; and none anywhere that was given up and not written since. The pool's pages and
/// what shows an object are nobody's alone.
template <class M>
std::optional<Finding> left_in_memory(const M& m, const model::Op& op) {
  const bool room = m.used_slots() < m.config().slots;
  const auto page = first_page(m, op, [&](const auto& leaf, std::uint32_t frame) {
    if (!leaf.dirty()) return true;
    if (!room || !leaf.exclusive() || m.pooled(frame) || m.pinned(frame)) return false;
    return leaf.huge() || !m.covered(frame);
  });
  if (!page) return std::nullopt;
  return Finding{Law::frugal,
                 fmt::format("P{} p{} is in memory still after its pageout", op.proc, *page)};
}

/// frugal: what was given up counts as not written, so that it can be dropped; but for what a
/// device may write to. The zero page need not be.
template <class M>
std::optional<Finding> left_dirty(const M& m, const model::Op& op) {
  const auto page = first_page(m, op, [&](const auto& leaf, std::uint32_t frame) {
    if (!leaf.dirty() || m.is_zero(leaf.frame())) return false;
    return leaf.huge() ? !m.huge_pinned(leaf.frame()) : !m.pinned(frame);
  });
  if (!page) return std::nullopt;
  return Finding{Law::frugal,
                 fmt::format("P{} p{} was given up, and counts as written still", op.proc, *page)};
}

}  // namespace cow::props
