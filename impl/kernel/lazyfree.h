#pragma once

#include "impl/kernel/dirty.h"
#include "impl/kernel/range.h"

/// Pages that a process gives up without unmapping them (MADV_FREE): until it writes there again
/// they may be dropped instead of going to swap, and then read as zeroes. A page that was given up
/// is clean; the processor makes it dirty with the first write, without a fault. REQUIRES for the
/// steps: the caller holds the lock of the table that `place` lies in, and the space alone.
namespace cow::kernel {

/// What is in swap goes at once. What a device holds stays dirty, since its writes are noted
/// nowhere; a pin without a lock may have come until the flush. Linux: madvise_free_pte_range.
template <class M>
void give_up_page(M& m, typename M::Place place) {
  const auto entry = m.load(place);
  if (entry.swapped()) return zap_swapped(m, place);
  if (!entry.present() || m.is_zero(entry.frame()) || m.pinned(entry.frame())) return;
  change_entry(m, place, entry, [](const auto& e) { return e.made_clean(); });
  m.flush(place);
  if (m.pinned(entry.frame())) make_dirty(m, place, m.load(place));
}

/// The same for a huge leaf. Linux: madvise_free_huge_pmd.
template <class M>
void give_up_huge(M& m, typename M::Place place) {
  const auto entry = m.load(place);
  if (m.is_zero(entry.frame()) || m.huge_pinned(entry.frame())) return;
  change_entry(m, place, entry, [](const auto& e) { return e.made_clean(); });
  m.flush_huge(place);
  if (m.huge_pinned(entry.frame())) make_dirty(m, place, m.load(place));
}

/// Drops a page that may be dropped. False: a processor wrote to it just now. Whoever else has the
/// frame keeps it. Linux: try_to_unmap_one. REQUIRES: `entry` was found at `place`.
template <class M>
bool discard_page(M& m, typename M::Place place, const typename M::Entry& entry) {
  if (!replace_entry(m, place, entry, M::Entry::none())) return false;
  m.flush(place);
  m.note(Event::discard);
  m.put(entry.frame());
  return true;
}

/// The same for a huge leaf. Linux: unmap_huge_pmd_locked.
template <class M>
bool discard_huge(M& m, typename M::Place place, const typename M::Entry& entry) {
  if (!replace_entry(m, place, entry, M::Entry::none())) return false;
  m.flush_huge(place);
  m.note(Event::discard, M::fan);
  m.put_huge(entry.frame());
  return true;
}

/// Is all of the range anonymous and private? Linux: madvise_free_single_vma.
template <class List>
bool all_anonymous(const List& list, std::uint64_t first, std::uint64_t end) {
  for (auto i = lower_area(list, first); i < list.size && list.at[i].first < end; ++i) {
    if (list.at[i].has_object() || list.at[i].hugetlb) return false;
  }
  return true;
}

/// The process does not need what is in these pages, unless it writes there again. Linux:
/// madvise_free_single_vma.
template <class M>
Status give_up(M& m, typename M::Process p, std::uint64_t first, std::uint64_t count) {
  return on_range(m, p, first, count, [&](std::uint64_t end) {
    if (!covered(m.areas(p), first, end)) return Status::not_mapped;
    if (!all_anonymous(m.areas(p), first, end)) return Status::invalid;
    if (!own_range(m, p, first, end, Change::give_up)) return Status::no_memory;
    if (const auto status = split_ends(m, p, first, end); status != Status::ok) return status;
    for_each_leaf(
        m, m.root(p), first, end,
        [&](auto table, std::uint64_t page, std::uint32_t pages) {
          change_charged(m, p, table, page, pages, [&](auto place) { give_up_page(m, place); });
          return true;
        },
        [&](auto table, std::uint64_t page) {
          TableLock<M> lock(m, table);
          give_up_huge(m, m.place(p, table, 1, page));
          return true;
        });
    return Status::ok;
  });
}

}  // namespace cow::kernel
