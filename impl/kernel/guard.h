#pragma once

#include <algorithm>

#include "impl/kernel/lazyfree.h"
#include "impl/kernel/range.h"
#include "impl/kernel/uffd.h"

/// Guard regions (MADV_GUARD_INSTALL and MADV_GUARD_REMOVE; Linux 662df3e5c376): pages that no
/// access comes through, as around a thread's stack, without an area of their own. A guard is a
/// marker in the place of an entry; installing it drops the page. It stays through all but unmap
/// and what ends the process, moves with the pages around it, and is a child's, too, unless its
/// area is wiped.
namespace cow::kernel {

/// The first page of [page, end) that has a guard, or `end`. These looks are no steps: the space is
/// held alone.
template <class M>
std::uint64_t next_guard(const M& m, typename M::Process p, std::uint64_t page, std::uint64_t end) {
  while (page < end) {
    auto table = m.peek_root(p);
    auto entry = m.peek_at(table, index_at<M>(page, M::levels - 1));
    int level = M::levels - 1;
    while (level > 0 && entry.present() && !entry.huge()) {
      table = entry.frame();
      entry = m.peek_at(table, index_at<M>(page, --level));
    }
    if (level == 0 && M::Decisions::outlasts_dontneed(m, entry)) return page;
    page = (page / span<M>(level) + 1) * span<M>(level);
  }
  return end;
}

/// `act(from, to)` on the parts of [first, end) between guards, while it answers true.
template <class M, class Act>
void for_each_unguarded(M& m, typename M::Process p, std::uint64_t first, std::uint64_t end,
                        Act act) {
  for (auto from = first; from < end;) {
    const auto to = next_guard(m, p, from, end);
    if (from < to && !act(from, to)) return;
    from = to + 1;
  }
}

/// Drops what is there and puts a guard in its place. REQUIRES: the table is locked, the space held
/// alone.
template <class M>
void guard_page(M& m, typename M::Place place) {
  zap_page(m, place);
  m.store(place, M::Entry::make_guard());
}

template <class M>
void unguard_page(M& m, typename M::Place place) {
  const auto entry = m.load(place);
  if (entry.guard()) m.store(place, M::Entry::none());
}

/// Linux: madvise_guard_install, madvise_guard_remove. Private anonymous memory only.
template <class M>
Status guard(M& m, typename M::Process p, std::uint64_t first, std::uint64_t count, bool on) {
  return on_range(m, p, first, count, [&](std::uint64_t end) {
    if (!covered(m.areas(p), first, end)) return Status::not_mapped;
    if (!all_anonymous(m.areas(p), first, end)) return Status::invalid;
    if (!own_range(m, p, first, end, Change::guard)) return Status::no_memory;
    if (on) {
      if (const auto status = split_ends(m, p, first, end); status != Status::ok) return status;
      if (!split_leaves(m, p, first, end)) return Status::no_memory;
      if (!make_tables_for_markers(m, p, first, end)) return Status::no_memory;
    }
    for_each_leaf(
        m, m.root(p), first, end,
        [&](auto table, std::uint64_t page, std::uint32_t pages) {
          change_charged(m, p, table, page, pages,
                         [&](auto place) { on ? guard_page(m, place) : unguard_page(m, place); });
          return true;
        },
        [](auto, std::uint64_t) { return true; });
    return Status::ok;
  });
}

}  // namespace cow::kernel
