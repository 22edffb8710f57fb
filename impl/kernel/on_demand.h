#pragma once

#include "impl/kernel/shared_table.h"

/// Fork on demand: the child gets the top of the parent's tree, and what is below is shared until
/// somebody changes it (shared_table.h). So a fork costs the same however much is mapped. Linux has
/// it for hugetlb's shared PMDs only; for all memory: Zhao et al., On-demand-fork, EuroSys 2021.
namespace cow::kernel {

/// Does the tree below `table` map a page that fork has to copy at once, for its pin? Only asked
/// where the process holds a pin. REQUIRES: the pins of the process are locked.
template <class M>
bool maps_pinned(M& m, typename M::Frame table, int level) {
  for (std::uint32_t i = 0; i < M::fan; ++i) {
    const auto entry = m.load_at(table, i);
    if (!entry.present()) continue;
    if (level > 0 && !entry.huge()) {
      if (maps_pinned(m, entry.frame(), level - 1)) return true;
    } else if (level > 0 ? bool(M::Decisions::splits_on_fork(m, entry))
                         : bool(M::Decisions::copies_on_fork(m, entry))) {
      return true;
    }
  }
  return false;
}

/// Does the process hold a pin, or one whose memory it has? Those wait, and keep theirs (vfork.h).
template <class M>
bool holds_pin(const M& m, typename M::Process p) {
  for (auto holder = p; m.valid_process(holder); holder = m.lender(holder)) {
    for (std::uint32_t slot = 0; slot < M::pins_per_process; ++slot) {
      if (m.pin(holder, slot).access != Access::none) return true;
    }
  }
  return false;
}

/// May the child have the pages of [first, end) just as the parent has them?
template <class M>
bool may_share_range(M& m, typename M::Process parent, std::uint64_t first, std::uint64_t end) {
  const auto list = m.areas(parent);
  for (auto i = lower_area(list, first); i < list.size && list.at[i].first < end; ++i) {
    if (!M::Decisions::may_share_tables(m, list.at[i])) return false;
  }
  return true;
}

/// Forks what is at `page` as high in the tree as it may be shared, and says where that ends.
/// Where nothing may, `fork_part(first, end)` copies entries. Nothing when memory ran out.
template <class M, class ForkPart>
std::optional<std::uint64_t> share_at(M& m, typename M::Process parent, typename M::Process child,
                                      std::uint64_t page, bool pins, ForkPart fork_part) {
  auto table = m.root(parent);
  for (int level = M::levels - 1; level > 0; --level) {
    const auto index = index_at<M>(page, level);
    const auto entry = m.load_at(table, index);
    const auto base = page - page % span<M>(level), end = base + span<M>(level);
    if (!entry.present()) return end;
    if (entry.huge()) return fork_part(base, end) ? std::optional(end) : std::nullopt;
    const bool begun = page > std::max(base, m.user_first());  // a part was full: all are apart
    const bool full = !begun && !m.can_get_table(entry.frame());
    if (full) m.note(Event::saturated);
    if (!begun && !full && may_share_range(m, parent, base, end) &&
        !(pins && M::Decisions::keeps_pinned_tables(m) &&
          maps_pinned(m, entry.frame(), level - 1))) {
      const auto twin = make_table(m, m.root(child), page, level);
      if (!twin) return std::nullopt;
      TableLock<M> outer(m, table), inner(m, *twin);
      m.note(Event::table_share);
      share_entry(m, table, *twin, index);
      return end;
    }
    if (!entry.writable() && !own_entry(m, parent, table, page, level)) return std::nullopt;
    table = m.load_at(table, index).frame();
  }
  const auto base = page - page % M::fan;
  return fork_part(base, base + M::fan) ? std::optional(base + M::fan) : std::nullopt;
}

/// Gives the child all that the parent has. False when memory ran out. REQUIRES: both spaces are
/// the caller's alone, the parent's pins are locked, and the child has its areas.
template <class M, class ForkPart>
bool share_tables(M& m, typename M::Process parent, typename M::Process child, ForkPart fork_part) {
  const bool pins = holds_pin(m, parent);
  for (auto page = m.user_first(); page < m.user_end();) {
    const auto next = share_at(m, parent, child, page, pins, fork_part);
    if (!next) return false;
    page = *next;
  }
  return true;
}

}  // namespace cow::kernel
