#pragma once

#include "impl/kernel/dirty.h"
#include "impl/kernel/lazyfree.h"

/// Write protection that a process puts on pages of its own, to learn of the first write (Linux:
/// userfaultfd, UFFDIO_WRITEPROTECT with UFFD_FEATURE_WP_UNPOPULATED). Here the write is refused,
/// by whoever it comes, and tried again once the protection is gone; what a device that has the
/// page pinned writes is not noticed, as in Linux. The mark stays with the page wherever it goes,
/// and with its place where none is there yet; a child does not get it (dup_userfaultfd, without
/// UFFD_FEATURE_EVENT_FORK), nor does a page that is moved (0cef0bb836e3).
namespace cow::kernel {

/// Linux: change_pte_range. REQUIRES: the table is locked, the space held alone.
template <class M, class Owed>
void write_protect_page(M& m, typename M::Place place, bool on, Owed& owed) {
  const auto entry = m.load(place);
  if (entry.guard()) return;
  if (!entry.present()) {
    if (entry.wp() != on) m.store(place, entry.with_wp(on));
    return;
  }
  change_entry(m, place, entry, [&](const auto& e) {
    return on ? e.write_protected().with_wp(true) : e.with_wp(false);
  });
  if (on) owed.less_allowed(m, place);
}
template <class M>
void write_protect_page(M& m, typename M::Place place, bool on) {
  AtOnce owed;
  write_protect_page(m, place, on, owed);
}

/// Linux: change_huge_pmd.
template <class M, class Owed>
void write_protect_huge(M& m, typename M::Place place, bool on, Owed& owed) {
  change_entry(m, place, m.load(place), [&](const auto& e) {
    return on ? e.write_protected().with_wp(true) : e.with_wp(false);
  });
  if (on) owed.huge_less_allowed(m, place);
}
template <class M>
void write_protect_huge(M& m, typename M::Place place, bool on) {
  AtOnce owed;
  write_protect_huge(m, place, on, owed);
}

/// Makes the tables for markers, where nothing is mapped yet. False when memory ran out.
template <class M>
bool make_tables_for_markers(M& m, typename M::Process p, std::uint64_t first, std::uint64_t end) {
  for (auto page = first; page < end; page = (page / M::fan + 1) * M::fan) {
    const auto at = walk(m, m.root(p), page);
    const bool there = at.level == 0 || (at.level == 1 && at.entry.present());
    if (!there && !make_table(m, m.root(p), page, 0)) return false;
  }
  return true;
}

/// Linux: mwriteprotect_range. Private anonymous memory only.
template <class M>
Status write_protect(M& m, typename M::Process p, std::uint64_t first, std::uint64_t count,
                     bool on) {
  return on_range(m, p, first, count, [&](std::uint64_t end) {
    if (!covered(m.areas(p), first, end)) return Status::not_mapped;
    if (!all_anonymous(m.areas(p), first, end)) return Status::invalid;
    if (!own_range(m, p, first, end, Change::wp)) return Status::no_memory;
    if (const auto status = split_ends(m, p, first, end); status != Status::ok) return status;
    if (on && !make_tables_for_markers(m, p, first, end)) return Status::no_memory;
    if (on) change_areas(m, p, first, end, [](Area& area) { area.wp = true; });
    Gather<M> owed(m, p);
    for_each_place(
        m, p, first, end, [&](auto place) { write_protect_page(m, place, on, owed); },
        [&](auto place) { write_protect_huge(m, place, on, owed); });
    return Status::ok;
  });
}

}  // namespace cow::kernel
