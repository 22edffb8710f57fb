#pragma once

#include <cstdint>

#include "impl/kernel/account.h"
#include "impl/kernel/areas.h"
#include "impl/kernel/decisions.h"
#include "impl/kernel/every_lock.h"
#include "impl/kernel/huge_page.h"
#include "impl/kernel/shared_object.h"
#include "impl/kernel/shared_table.h"

/// Areas of huge pages that a pool set aside (Linux: mm/hugetlb.c, MAP_HUGETLB). Their pages are
/// never split, swapped, collapsed or moved, so breaking the sharing of one takes a second one from
/// the pool. To the process that maps a private area the pool owes every page of it (`reserved`).
/// A child has what is left over: where there is nothing it gets a bus error; and when the owner
/// needs a page that it shares and the pool is dry, the sharers lose theirs (row E6).
namespace cow::kernel {

/// What a page is to be ready for. `exclusive`: for a pin that only reads.
enum class Need : std::uint8_t { read, write, exclusive };

/// First touch of a private anonymous page. REQUIRES: the table is locked, nothing is at `place`.
template <class M>
Status demand_hugetlb(M& m, typename M::Place place, const typename M::Area& area) {
  const auto fresh = m.allocate_pooled(area.reserved);
  if (!fresh.ok) return Status::bus_error;
  m.zero_huge(fresh.frame);
  m.note(Event::hugetlb);
  const auto leaf = M::Entry::huge_leaf(fresh.frame, area.may_read(), area.may_write());
  m.store(place, leaf.made_exclusive());
  return Status::ok;
}

/// The object's entry for the page. An object has all of an area's pages from the start on
/// (`fill_object`) and keeps them, so that nothing has to be locked.
template <class M>
typename M::Entry held_hugetlb(const M& m, const typename M::Area& area, std::uint64_t page) {
  return walk(m, area.object, area.object_page(page)).entry;
}

/// First touch of a page that comes from an object. REQUIRES: as demand_hugetlb.
template <class M>
void demand_held_hugetlb(M& m, typename M::Place place, typename M::Frame head,
                         const typename M::Area& area) {
  m.get_huge(head);
  m.store(place, M::Entry::huge_leaf(head, area.may_read(), area.writes_object()));
}

/// Makes a private leaf this mapping's alone: in place when nothing else holds any part of it, else
/// on a copy, which the pool owes an owner that still shows its object. Linux: hugetlb_wp.
/// REQUIRES: the table is locked, and a huge leaf is at `place`.
template <class M>
Status own_hugetlb(M& m, typename M::Place place, const typename M::Area& area,
                   typename M::Bool promised, bool write) {
  const auto entry = m.load(place);
  const auto allow = [&](auto e) { return write ? e.made_writable() : e; };
  if (entry.exclusive() || M::Decisions::may_reuse_huge(m, entry)) {
    m.note(write ? Event::reuse : Event::unshare);
    m.store(place, allow(entry.made_exclusive()));
    return Status::ok;
  }
  const auto fresh = m.allocate_pooled(promised);
  if (!fresh.ok) return Status::bus_error;
  m.copy_huge(fresh.frame, entry.frame());
  m.note(Event::huge_copy);
  m.store(place, M::Entry::none());  // row C5, as in write_fault
  m.flush_huge(place);
  const auto leaf = M::Entry::huge_leaf(fresh.frame, area.may_read(), false);
  m.store(place, allow(leaf.made_exclusive()));
  m.put_huge(entry.frame());
  return Status::ok;
}

/// What the leaf at `place` still lacks. REQUIRES: as own_hugetlb.
template <class M>
Status settle_hugetlb(M& m, typename M::Place place, std::uint64_t page,
                      const typename M::Area& area, Need need) {
  const auto entry = m.load(place);
  if (need == Need::read || (need == Need::write ? entry.writable() : entry.exclusive())) {
    return Status::ok;
  }
  if (area.is_shared()) {
    if (need == Need::write) m.store(place, entry.made_writable());
    return Status::ok;
  }
  const typename M::Bool shows =
      area.has_object() && held_hugetlb(m, area, page).frame() == entry.frame();
  return own_hugetlb(m, place, area, area.reserved && shows, need == Need::write);
}

/// As make_ready, and make_exclusive, of such a page. Linux: hugetlb_fault.
template <class M>
Status fault_hugetlb(M& m, typename M::Process p, std::uint64_t page, const typename M::Area& area,
                     Need need) {
  if (area.lost) return Status::bus_error;
  const auto at = walk(m, m.root(p), page);
  if (need == Need::read && at.level == 1 && at.entry.huge()) return Status::ok;
  const auto table = own_table(m, p, page, 1);
  if (!table) return Status::no_memory;
  TableLock<M> lock(m, *table);
  const auto place = m.place(p, *table, 1, page - page % M::fan);
  if (m.load(place).empty()) {
    Watch<M> watch(m, place, area, 1);
    if (area.has_object()) {
      demand_held_hugetlb(m, place, held_hugetlb(m, area, page).frame(), area);
    } else if (const auto status = demand_hugetlb(m, place, area); status != Status::ok) {
      return status;
    }
  }
  Watch<M> watch(m, place, area, 1);
  return settle_hugetlb(m, place, page, area, need);
}

/// Marks what `q` maps of the huge page, and charges it off: the next access is a bus error, not a
/// fresh page. Answers whether there was any. REQUIRES: every space is held alone.
template <class M>
bool mark_lost(M& m, typename M::Process q, typename M::Frame head) {
  auto list = m.areas(q);
  Tab<M> tab(m, q);
  bool any = false;
  for_each_leaf(
      m, m.root(q), m.user_first(), m.user_end(),
      [](auto, std::uint64_t, std::uint32_t) { return true; },
      [&](auto table, std::uint64_t page) {
        const auto leaf = m.load_at(table, index_at<M>(page, 1));
        if (leaf.frame() != head) return true;
        tab.went(page, leaf, 1);
        carve(m, list, page);
        carve(m, list, page + M::fan);
        list.at[lower_area(list, page)].lost = true;
        return any = true;
      });
  merge_areas(m, list);
  return any;
}

/// Clears the entries of `q` that name the huge page, and counts them. Of a table that several
/// processes have, the first one's walk finds them. REQUIRES: as mark_lost.
template <class M>
std::uint32_t clear_lost(M& m, typename M::Process q, typename M::Frame head) {
  std::uint32_t count = 0;
  for_each_leaf(
      m, m.root(q), m.user_first(), m.user_end(),
      [](auto, std::uint64_t, std::uint32_t) { return true; },
      [&](auto table, std::uint64_t page) {
        TableLock<M> lock(m, table);
        const auto place = m.place(q, table, 1, page);
        if (m.load(place).frame() != head) return true;
        m.store(place, M::Entry::none());
        ++count;
        return true;
      });
  return count;
}

/// Everybody but `p` loses the huge page at `head`: entries, translations, references, in that
/// order. REQUIRES: every space is held alone.
template <class M>
void take_from_all_but(M& m, typename M::Process p, typename M::Frame head) {
  std::uint32_t references = 0;
  for (const bool clears :
       {false, true}) {  // marks all first, since clearing hides what they share
    for (typename M::Process q = 0; m.valid_process(q); ++q) {
      if (q == p || !m.alive(q)) continue;
      if (clears) {
        references += clear_lost(m, q, head);
        m.flush_process(q);
      } else if (mark_lost(m, q, head)) {
        m.note(Event::hugetlb_lost);
      }
    }
  }
  for (; references > 0; --references) m.put_huge(head);
}

/// The pool has nothing for `p` at `page`. If it owes the process that page, and others share it,
/// they lose it. False when there is nothing to be had that way. Linux: unmap_ref_private.
template <class M>
bool take_from_sharers(M& m, typename M::Process p, std::uint64_t page) {
  EverySpaceLock<M> lock(m);
  if (!m.alive(p)) return false;
  const Area* area = find_area(m.areas(p), page);
  if (area == nullptr || !area->hugetlb || !M::Decisions::takes_from_sharers(m, *area))
    return false;
  const auto at = walk(m, m.root(p), page);
  if (at.level != 1 || !at.entry.huge()) return false;
  if (at.common) return true;  // a fork came between: the fault goes on from there
  take_from_all_but(m, p, at.entry.frame());
  return true;
}

/// `act()`, which makes `page` ready for something, and once more when it found the pool dry and
/// the owner came first. More than a few tries mean that this helped nothing.
/// REQUIRES: no lock of any space is held.
template <class M, class Act>
Status despite_sharers(M& m, typename M::Process p, const std::uint64_t& page, Act act) {
  for (int tries = 0;; ++tries) {
    const auto status = act();
    if (status != Status::bus_error || tries == 3 || !take_from_sharers(m, p, page)) return status;
  }
}

}  // namespace cow::kernel
