#pragma once

#include <algorithm>

#include "impl/kernel/hugetlb_range.h"
#include "impl/kernel/range.h"

/// Which private pages a process has written since it last asked: what a checkpoint, or a migration
/// of the running process, has to copy again (Linux: soft-dirty, /proc/PID/clear_refs and bit 55 of
/// pagemap; CRIU). Clearing makes a page unwritten and takes write permission away; whatever grants
/// it again notes the write (Entry::made_writable, make_written). The mark stays with the page
/// wherever it goes, to a child, too. What is not known counts as written: what is new, collapsed,
/// or copied for a child; a huge page is one in this. Of shared memory and the pool nothing is
/// kept.
namespace cow::kernel {

/// A pin without a lock may have come until the flush: its device may write already. Linux:
/// clear_soft_dirty. REQUIRES: the table is locked, the space held alone.
template <class M>
void clear_page_refs(M& m, typename M::Place place) {
  const auto entry = m.load(place);
  if (entry.swapped()) return m.store(place, entry.made_unwritten());
  if (!entry.present() || !M::Decisions::may_clear_refs(m, entry)) return;
  change_entry(m, place, entry, [](const auto& e) { return e.write_protected().made_unwritten(); });
  m.flush(place);
  if (!M::Decisions::may_clear_refs(m, entry)) m.store(place, m.load(place).made_written());
}

/// The same for a huge leaf. Linux: clear_soft_dirty_pmd.
template <class M>
void clear_huge_refs(M& m, typename M::Place place) {
  const auto entry = m.load(place);
  if (!M::Decisions::may_clear_refs(m, entry)) return;
  change_entry(m, place, entry, [](const auto& e) { return e.write_protected().made_unwritten(); });
  m.flush_huge(place);
  if (!M::Decisions::may_clear_refs(m, entry)) m.store(place, m.load(place).made_written());
}

/// What [first, end) of one private area has counts as not written.
template <class M>
void clear_area_refs(M& m, typename M::Process p, std::uint64_t first, std::uint64_t end) {
  for_each_place(
      m, p, first, end, [&](auto place) { clear_page_refs(m, place); },
      [&](auto place) { clear_huge_refs(m, place); });
}

/// The private pages of the range count as not written, until somebody writes there. Linux:
/// clear_refs_write, for all of a process.
template <class M>
Status clear_refs(M& m, typename M::Process p, std::uint64_t first, std::uint64_t count) {
  return on_range(m, p, first, count, [&](std::uint64_t end) {
    const auto list = m.areas(p);
    if (!covered(list, first, end)) return Status::not_mapped;
    if (cuts_hugetlb<M>(list, first, end)) return Status::invalid;
    if (!own_range(m, p, first, end, Change::clear_refs)) return Status::no_memory;
    if (const auto status = split_ends(m, p, first, end); status != Status::ok) return status;
    for (auto i = lower_area(list, first); i < list.size && list.at[i].first < end; ++i) {
      const Area& area = list.at[i];
      if (area.is_shared() || area.hugetlb) continue;
      clear_area_refs(m, p, std::max(first, area.first), std::min(end, area.end));
    }
    return Status::ok;
  });
}

}  // namespace cow::kernel
