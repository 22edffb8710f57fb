#pragma once

#include "impl/kernel/range.h"
#include "impl/kernel/suspend.h"

/// Huge pages that become small ones on request, and small ones that become huge (Linux:
/// mm/khugepaged.c, MADV_COLLAPSE).
namespace cow::kernel {

/// One page's bytes become part of a huge page: copied, or zeroes where nobody touched it. The
/// small mapping goes, which nobody has used since it was suspended. Linux:
/// __collapse_huge_page_copy. REQUIRES: the table is locked, the space held alone; what is present
/// is suspended.
template <class M>
void gather_page(M& m, typename M::Place place, typename M::Frame part) {
  const auto entry = m.load(place);
  if (!entry.present()) return m.zero_page(part);
  m.copy_page(part, entry.frame());
  m.store(place, M::Entry::none());
  m.put(entry.frame());
}

/// What `suspend_table` took out of use is in use again.
template <class M>
void resume_table(M& m, typename M::Process p, typename M::Frame table, std::uint64_t page) {
  for (std::uint32_t i = 0; i < M::fan; ++i) {
    const auto place = m.place(p, table, 0, page + i);
    if (m.load(place).present()) resume_page(m, place);
  }
}

/// Takes all that the table maps out of use. False, and it is in use as before, when a device holds
/// a page, which must stay where it is, when one is in swap, or when there is nothing. Linux:
/// __collapse_huge_page_isolate. REQUIRES: as gather_page.
template <class M>
bool suspend_table(M& m, typename M::Process p, typename M::Frame table, std::uint64_t page) {
  bool any = false, may = true;
  for (std::uint32_t i = 0; i < M::fan; ++i) {
    const auto place = m.place(p, table, 0, page + i);
    const auto entry = m.load(place);
    may = may && M::Decisions::may_collapse_over(m, entry);
    if (!entry.present()) continue;
    suspend_page(m, place);
    any = true;
    may = may && M::Decisions::may_collapse(m, m.load(place));
  }
  if (any && !may) resume_table(m, p, table, page);
  return any && may;
}

/// Puts a huge leaf where a table was that is empty. No processor may still be on its way through
/// the table when it goes (row C17), and the leaf comes last: nobody can find both.
/// REQUIRES: the space is held alone.
template <class M>
void replace_table(M& m, typename M::Process p, std::uint64_t page, typename M::Frame table,
                   typename M::Frame head, const Area& area) {
  const auto parent = *make_table(m, m.root(p), page, 1);  // makes nothing: it is there
  TableLock<M> lock(m, parent);
  const auto place = m.place(p, parent, 1, page);
  Watch<M> watch(m, place, area, 1);
  m.store_at(parent, index_at<M>(page, 1), M::Entry::none());
  m.flush_walks();
  m.put_table(table);
  const auto leaf = M::Entry::huge_leaf(head, area.may_read(), area.may_write());
  m.store(place, leaf.made_exclusive());
}

/// The small pages from `page` on become one huge page, which nobody else maps. All stays as it is
/// where there is none, where a device holds one, or no huge frame is to be had. Linux:
/// collapse_huge_page. REQUIRES: the space is held alone, and the area has all of the huge page.
template <class M>
void collapse_block(M& m, typename M::Process p, std::uint64_t page, const Area& area) {
  const auto at = walk(m, m.root(p), page);
  if (at.level != 0) return;  // nothing is there, or it is huge already
  const auto table = owned(m, p, page, at);
  if (!table) return;
  typename M::Frame head = 0;
  {
    TableLock<M> lock(m, *table);
    if (!suspend_table(m, p, *table, page)) return;
    const auto fresh = m.allocate_huge();
    if (!fresh.ok) return resume_table(m, p, *table, page);
    head = fresh.frame;
    Tab<M> tab(m, p);
    for (std::uint32_t i = 0; i < M::fan; ++i) {
      const auto place = m.place(p, *table, 0, page + i);
      const auto before = m.peek_at(*table, i);
      gather_page(m, place, head + i);
      tab.changed(page + i, before, m.peek_at(*table, i), 0);
      if (before.present()) tab.copied(1);
    }
  }
  replace_table(m, p, page, *table, head, area);
  m.note(Event::collapse);
}

/// Makes huge pages in the range, hinted or not, wherever one lies in it whole and in one private
/// area: whoever asks knows. Linux: madvise_collapse.
template <class M>
Status collapse(M& m, typename M::Process p, std::uint64_t first, std::uint64_t count) {
  return on_range(m, p, first, count, [&](std::uint64_t end) {
    const auto list = m.areas(p);
    if (!covered(list, first, end)) return Status::not_mapped;
    for (auto page = (first + M::fan - 1) / M::fan * M::fan; page + M::fan <= end; page += M::fan) {
      const Area& area = *find_area(list, page);
      if (M::Decisions::may_be_huge(m, area, page)) collapse_block(m, p, page, area);
    }
    return Status::ok;
  });
}

/// Every huge page in the range, or partly in it, becomes small pages, as long as there is memory
/// for the tables. Others may fault meanwhile. Linux: split_huge_pmd, split_huge_pages_pid.
template <class M>
Status split(M& m, typename M::Process p, std::uint64_t first, std::uint64_t count) {
  return on_range<SharedSpaceLock>(m, p, first, count, [&](std::uint64_t end) {
    if (!covered(m.areas(p), first, end)) return Status::not_mapped;
    for_each_leaf(
        m, m.root(p), first - first % M::fan, (end + M::fan - 1) / M::fan * M::fan,
        [](auto, std::uint64_t, std::uint32_t) { return true; },
        [&](auto found, std::uint64_t page) {
          const auto table = m.shares_tables() ? own_table(m, p, page, 1) : std::optional(found);
          if (!table) return false;
          TableLock<M> table_lock(m, *table);
          const auto place = m.place(p, *table, 1, page);
          const auto entry = m.load(place);
          if (!entry.huge() || m.pooled(entry.frame())) return true;
          return watch_split(m, place, [&] { return split_huge(m, place); }) == Status::ok;
        });
    return Status::ok;
  });
}

}  // namespace cow::kernel
