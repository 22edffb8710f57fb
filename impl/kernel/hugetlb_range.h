#pragma once

#include <algorithm>

#include "impl/kernel/hugetlb.h"
#include "impl/kernel/range.h"

/// What calls on ranges do where huge pages of the pool lie: such a page is mapped, moved and
/// unmapped whole, and the pool remembers how many it owes. A promise is kept for each page of a
/// `reserved` area that is not its process's own yet: nothing is there, or what an object holds.
namespace cow::kernel {

template <class List>
bool has_hugetlb(const List& list, std::uint64_t first, std::uint64_t end) {
  for (auto i = lower_area(list, first); i < list.size && list.at[i].first < end; ++i) {
    if (list.at[i].hugetlb) return true;
  }
  return false;
}

/// Does one end of the range lie within such a page?
template <class M, class List>
bool cuts_hugetlb(const List& list, std::uint64_t first, std::uint64_t end) {
  const auto cuts = [&](std::uint64_t border) {
    const Area* area = border % M::fan != 0 ? find_area(list, border) : nullptr;
    return area != nullptr && area->hugetlb;
  };
  return cuts(first) || cuts(end);
}

template <class M>
bool may_be_hugetlb(const M& m, std::uint64_t first, std::uint64_t end, std::uint64_t file_page) {
  return m.has_pool() && first % M::fan == 0 && end % M::fan == 0 && file_page % M::fan == 0;
}

/// How many huge pages of the area its object lacks.
template <class M>
std::uint32_t lacking(const M& m, const Area& area) {
  std::uint32_t count = 0;
  for (auto page = area.first; area.has_object() && page < area.end; page += M::fan) {
    count += held_hugetlb(m, area, page).present() ? 0U : 1U;
  }
  return count;
}

/// Puts the pages of the area into its object, as far as they are not there, from `promised` ones.
/// False when memory for tables ran out; what is there then, and who it is for, stays.
template <class M>
bool fill_object(M& m, const typename M::Area& area, std::uint32_t* promised) {
  for (auto page = area.first; area.has_object() && page < area.end; page += M::fan) {
    const auto table = make_table(m, area.object, area.object_page(page), 1);
    if (!table) return false;
    TableLock<M> lock(m, *table);
    const auto place = m.object_place(*table, area.object_page(page), 1);
    if (*promised == 0 || m.load(place).present()) continue;  // or another process was faster
    const auto fresh = m.allocate_pooled(true);
    --*promised;
    m.zero_huge(fresh.frame);
    m.note(Event::hugetlb);
    m.store(place, M::Entry::huge_leaf(fresh.frame, true, false));
  }
  return true;
}

/// Takes from the pool what the new area's object lacks, and the pool's promise of what an owner
/// may come to need. False, and nothing is promised, when there is too little. Linux: the object's
/// pages come when they are touched, from a reservation of the file (hugetlb_reserve_pages).
template <class M>
bool reserve(M& m, const Area& area) {
  auto missing = lacking(m, area);
  const auto own = area.reserved ? static_cast<std::uint32_t>((area.end - area.first) / M::fan) : 0;
  if (!m.promise_pooled(missing + own)) return false;
  const bool filled = fill_object(m, area, &missing);
  if (missing > 0) m.release_pooled(missing);
  if (!filled && own > 0) m.release_pooled(own);
  return filled;
}

/// How many pages of [first, end) the pool still owes the process.
template <class M>
std::uint32_t promised_in(M& m, typename M::Process p, std::uint64_t first, std::uint64_t end) {
  const auto list = m.areas(p);
  std::uint32_t count = 0;
  for (auto i = lower_area(list, first); i < list.size && list.at[i].first < end; ++i) {
    const Area& area = list.at[i];
    const auto to = std::min(end, area.end);
    for (auto page = std::max(first, area.first); area.reserved && page < to; page += M::fan) {
      const auto entry = walk(m, m.root(p), page).entry;
      count += entry.empty() || shows_object(m, area, page, entry) ? 1U : 0U;
    }
  }
  return count;
}

/// Before the process loses the pages of [first, end). REQUIRES: its space is held alone.
template <class M>
void give_promises_back(M& m, typename M::Process p, std::uint64_t first, std::uint64_t end) {
  if (!m.has_pool()) return;
  if (const auto count = promised_in(m, p, first, end); count > 0) m.release_pooled(count);
}

/// The same where the areas stay: from now on the pool owes them nothing.
template <class M>
void forgo_promises(M& m, typename M::Process p, std::uint64_t first, std::uint64_t end) {
  auto list = m.areas(p);
  if (!has_hugetlb(list, first, end)) return;
  give_promises_back(m, p, first, end);
  carve(m, list, first);
  carve(m, list, end);
  for (auto i = lower_area(list, first); i < list.size && list.at[i].first < end; ++i) {
    list.at[i].reserved = false;
  }
  merge_areas(m, list);
}

/// Gives the child what the parent has: another mapping of the leaf, or a page of its own where a
/// device holds the parent's (row A14) or the fork is eager. False when memory or the pool ran out.
/// Linux: copy_hugetlb_page_range. REQUIRES: a huge leaf is at `from`.
template <class M>
bool fork_hugetlb(M& m, typename M::Place from, typename M::Process child,
                  const typename M::Area& area) {
  const auto twin = make_table(m, m.root(child), from.page, 1);
  if (!twin) return false;
  TableLock<M> outer(m, from.table), inner(m, *twin);
  Tab<M> tab(m, child);
  const auto entry = m.load(from);
  const auto to = m.place(child, *twin, 1, from.page);
  const typename M::Bool eager =
      m.copies_eagerly() && !area.is_shared() && !shows_object(m, area, from.page, entry);
  if (!eager && !M::Decisions::splits_on_fork(m, entry)) {
    fork_huge(m, from, to, area);
    tab.inherited(from.page, entry, m.peek_at(*twin, to.index), 1);
    return true;
  }
  const auto fresh = m.allocate_pooled(false);
  if (!fresh.ok) return false;
  m.note(Event::fork_copy, M::fan);
  m.copy_huge(fresh.frame, entry.frame());
  const auto copy = M::Entry::huge_leaf(fresh.frame, area.may_read(), area.may_write());
  m.store(to, copy.made_exclusive());
  tab.inherited(from.page, entry, copy, 1);
  return true;
}

}  // namespace cow::kernel
