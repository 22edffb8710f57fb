#pragma once

#include <algorithm>
#include <fmt/format.h>
#include <optional>
#include <vector>

#include "impl/machine/byte_machine.h"
#include "model/op.h"
#include "props/lockstep/failure.h"

/// What the project's own kernel promises of merge and unmerge, beyond what a hint must: that they
/// are done. Looked at from outside, by the machine's memory, after such an operation that no
/// failed allocation cut short.
namespace cow::props {

/// A small private page, anonymous or the process's own by now, that nothing keeps where it is.
struct FreePage {
  std::uint32_t process, page, frame;
};

/// All of them, of all processes; not those in tables that several processes have.
template <class M>
std::vector<FreePage> free_pages(const M& m) {
  std::vector<FreePage> found;
  const auto names = [&](const kernel::Area& area, std::uint64_t page, std::uint32_t frame) {
    if (!area.has_object()) return false;
    const auto held = kernel::walk<M>(m, area.object, area.object_page(page));
    return held.level == 0 && held.entry.present() && held.entry.frame() == frame;
  };
  for (std::uint32_t p = 0; p < m.config().procs; ++p) {
    if (!m.alive(p)) continue;
    for (const auto& area : m.areas(p)) {
      for (auto page = area.first; page < area.end && !area.is_shared(); ++page) {
        const auto at = kernel::walk<M>(m, m.root(p), page);
        if (at.level != 0 || !at.entry.present() || at.common) continue;
        if (at.entry.wp()) continue;  // its process wants to know of writes to it alone
        const auto frame = at.entry.frame();
        if (frame >= m.config().frames || m.pinned(frame) || m.covered(frame)) continue;
        if (names(area, page, frame)) continue;
        found.push_back({p, static_cast<std::uint32_t>(page - m.user_first()), frame});
      }
    }
  }
  return found;
}

/// frugal: after a merge no page of the range has its like in another frame. Narrow counts may
/// have had no room for it there.
template <class M>
std::optional<Finding> left_apart(const M& m, const model::Op& op) {
  if (m.counts_narrowly()) return std::nullopt;
  const auto pages = free_pages(m);
  for (const auto& mine : pages) {
    if (mine.process != op.proc || mine.page < op.page || mine.page - op.page >= op.count) continue;
    if (m.is_merged(mine.frame) || m.is_zero(mine.frame)) continue;
    const auto like = std::ranges::find_if(pages, [&](const FreePage& other) {
      return other.frame != mine.frame &&
             std::ranges::equal(m.frame_bytes(other.frame), m.frame_bytes(mine.frame));
    });
    if (like == pages.end()) continue;
    return Finding{Law::frugal,
                   fmt::format("P{} p{} and P{} p{} have the same bytes, and a frame each",
                               mine.process, mine.page, like->process, like->page)};
  }
  return std::nullopt;
}

/// accounted: what unmerge has parted is parted.
template <class M>
std::optional<Finding> left_together(const M& m, const model::Op& op) {
  for (const auto& page : free_pages(m)) {
    if (page.process != op.proc || page.page < op.page || page.page - op.page >= op.count) continue;
    if (!m.is_merged(page.frame) && !m.is_zero(page.frame)) continue;
    return Finding{Law::accounted, fmt::format("P{} p{} still shares frame {} since a merge",
                                               page.process, page.page, page.frame)};
  }
  return std::nullopt;
}

}  // namespace cow::props
