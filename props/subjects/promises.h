#pragma once

#include <array>
#include <fmt/format.h>
#include <optional>

#include "impl/machine/byte_machine.h"
#include "model/op.h"
#include "props/lockstep/failure.h"

/// What the project's own kernel promises of swapoff and split: that they are done, and not only
/// that nobody sees a difference; of compact, that it leaves each node its pages. And of every
/// operation: that it is refused for want of memory, or of room in a count, only where there was
/// none. Looked at from outside, by the machine's memory, after an operation; after one that
/// succeeded only if no failed allocation cut it short.
namespace cow::props {

/// no-leak: the device goes away with swapoff, so what is left there is lost (Linux: try_to_unuse).
template <class M>
std::optional<Finding> left_in_swap(const M& m) {
  if (m.used_slots() == 0) return std::nullopt;
  return Finding{Law::no_leak, fmt::format("swap is off, and {} of its slots {} in use",
                                           m.used_slots(), m.used_slots() == 1 ? "is" : "are")};
}

/// frugal: no huge page reaches into a range that was split, so that one page of it can be given
/// up, moved or protected without the others. The pool's are never split.
template <class M>
std::optional<Finding> left_huge(const M& m, const model::Op& op) {
  for (auto page = op.page; page - op.page < op.count; ++page) {
    const auto at = kernel::walk<M>(m, m.root(op.proc), m.user_first() + page);
    if (!at.entry.huge() || m.pooled(at.entry.frame())) continue;
    return Finding{Law::frugal,
                   fmt::format("P{} p{} is part of a huge page after its split", op.proc, page)};
  }
  return std::nullopt;
}

/// [node]: its frames that are in use; where there is but one nobody asks.
template <class M>
std::array<std::uint32_t, machine::max_nodes> used_on_nodes(const M& m) {
  std::array<std::uint32_t, machine::max_nodes> used{};
  for (std::uint32_t f = 0; m.config().nodes > 1 && f < m.config().frames; ++f) {
    used[m.node_of(f)] += m.is_free(f) ? 0U : 1U;
  }
  return used;
}

/// frugal: compaction moves pages within their node, to which they came because their process runs
/// there (Linux: compact_zone).
template <class M>
std::optional<Finding> left_their_node(
    const M& m, const std::array<std::uint32_t, machine::max_nodes>& before) {
  const auto now = used_on_nodes(m);
  for (std::uint32_t node = 0; node < now.size(); ++node) {
    if (now[node] == before[node]) continue;
    return Finding{Law::frugal, fmt::format("node {} had {} frames in use, and has {} after a "
                                            "compaction",
                                            node, before[node], now[node])};
  }
  return std::nullopt;
}

/// permission: a count found to have no room, where counts are wide. Narrow ones may have been full
/// until the operation took back what it had done.
template <class M>
std::optional<Finding> found_full_in_vain(const M& m) {
  if (m.counts_narrowly()) return std::nullopt;
  return Finding{Law::permission, "a wide count was found to have no room"};
}

/// permission: it was refused for want of memory, and there is more free than any operation needs:
/// every page of an address space twice, and tables. A collapse needs frames side by side, a huge
/// page of the pool is another matter.
template <class M>
std::optional<Finding> refused_in_vain(const M& m, const model::Op& op) {
  const auto most = 2 * m.config().pages + 4 * M::levels;
  const bool other = op.oom != 0 || op.kind == model::Kind::collapse || m.config().pool > 0;
  if (other || m.counts_narrowly() || m.free_frames() < most) return std::nullopt;
  return Finding{Law::permission, fmt::format("no memory, and {} of {} frames are free",
                                              m.free_frames(), m.config().frames)};
}

}  // namespace cow::props
