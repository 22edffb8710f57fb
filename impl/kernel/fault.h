#pragma once

#include <algorithm>

#include "impl/kernel/account.h"
#include "impl/kernel/areas.h"
#include "impl/kernel/decisions.h"
#include "impl/kernel/huge_page.h"
#include "impl/kernel/hugetlb.h"
#include "impl/kernel/may_act.h"
#include "impl/kernel/shared_table.h"
#include "impl/kernel/swap.h"

namespace cow::kernel {

template <class Area>
auto permits(const Area& area, bool write) {
  return write ? area.may_write() : area.may_read();
}

/// Does the object have the page already, and the page's count no room for another mapping?
template <class M>
bool is_full_at(const M& m, typename M::Place held) {
  if (!m.counts_narrowly()) return false;
  const auto entry = m.load(held);
  return bool(entry.present()) && !m.can_get(entry.frame());
}

/// May a first touch show the zero page, and has its count room for that?
template <class M>
bool shows_zero(M& m, const typename M::Area& area, bool write, bool huge) {
  if (!M::Decisions::may_show_zero(m, area, write, huge)) return false;
  const bool room = huge ? m.can_get_huge(m.huge_zero_frame()) : m.can_get(m.zero_frame());
  if (!room) m.note(Event::saturated);
  return room;
}

/// Is a write to the page refused, since its process has write-protected it? What a page is
/// protected by changes only while the space is held alone. Linux: do_wp_page, do_anonymous_page.
/// REQUIRES: the caller shares the space, and the page lies in `area`.
template <class M>
bool traps(const M& m, typename M::Process p, std::uint64_t page, const typename M::Area& area) {
  return area.wp && bool(M::Decisions::traps(m, walk(m, m.root(p), page).entry));
}

/// The huge part of a fault, and whether a guard is there: those come and go only while the space
/// is held alone. Says in `*again` whether the small part is to follow: no huge leaf is here and
/// none can be made, or it was split just now.
template <class M>
Status fault_huge(M& m, typename M::Process p, std::uint64_t page, const typename M::Area& area,
                  bool write, bool* again) {
  const auto at = walk(m, m.root(p), page);
  if (at.level == 0 && M::Decisions::guards(m, at.entry)) return Status::segfault;
  if (at.level == 1 && at.entry.huge()) {
    if (!write) return Status::ok;
    const auto own = owned(m, p, page, at);
    if (!own) return Status::no_memory;
    TableLock<M> lock(m, *own);
    const auto place = m.place(p, *own, 1, page - page % M::fan);
    *again = !bool(m.load(place).huge());  // another CPU split it just now
    if (*again) return Status::ok;
    Watch<M> watch(m, place, area, 1);
    return huge_write_fault(m, place, again);
  }
  *again = true;
  if (at.level == 0 || !area.huge || !Decisions::may_be_huge(m, area, page)) return Status::ok;
  const auto table = own_table(m, p, page, 1);
  if (!table) return Status::no_memory;
  TableLock<M> lock(m, *table);
  const auto place = m.place(p, *table, 1, page - page % M::fan);
  const auto entry = m.load(place);  // since the walk, another CPU may have been here
  *again = !bool(entry.huge());
  if (entry.present()) return Status::ok;
  Watch<M> watch(m, place, area, 1);
  if (shows_zero(m, area, write, true)) {
    *again = false;
    return demand_huge_zero_page(m, place, area), Status::ok;
  }
  *again = demand_zero_huge(m, place, area) != Status::ok;
  if (!*again) return Status::ok;
  // A table for small pages at once, before another CPU finds room for a leaf here.
  const auto small = m.allocate_table();
  if (!small.ok) return Status::no_memory;
  m.store_at(*table, index_at<M>(page, 1), M::Entry::table(small.frame));
  return Status::ok;
}

/// A fault that meets an entry which is not empty: the page comes back from swap, or its sharing is
/// broken, or both. REQUIRES: the table is locked, and the page is private.
template <class M>
Status fault_present(M& m, typename M::Place place, const typename M::Area& area, bool write) {
  if (m.load(place).swapped()) {
    Watch<M> watch(m, place, area);
    const auto status = swap_in(m, place, area);
    if (status != Status::ok) return status;
  }
  if (!write) return Status::ok;
  Watch<M> watch(m, place, area);
  return write_fault(m, place, area);
}

/// A private page that begins as the file's: a write copies it at once. Linux: do_cow_fault, which
/// does not map the file's page in between.
template <class M>
Status fault_cow(M& m, typename M::Place place, std::uint64_t page, const typename M::Area& area,
                 bool write) {
  const auto number = area.object_page(page);
  const auto held = make_table(m, area.object, number, 0);
  if (!held) return Status::no_memory;
  TableLock<M> outer(m, place.table), inner(m, *held);
  if (m.load(place).empty()) {
    if (is_full_at(m, m.object_place(*held, number))) return refuse_reference(m);
    Watch<M> watch(m, place, area);
    const auto status = demand_object(m, place, m.object_place(*held, number), area);
    if (status != Status::ok) return status;
    m.note(Event::file_page);
  }
  return fault_present(m, place, area, write);
}

/// First touch, for reading, of a page that is write-protected already. No processor may find it
/// writable in between.
template <class M>
Status demand_marked(M& m, typename M::Place place, const typename M::Area& area) {
  const auto readable = area.without_writing();
  if (shows_zero(m, readable, false, false)) {
    demand_zero_page(m, place, readable);
  } else if (demand_zero(m, place, readable) != Status::ok) {
    return Status::no_memory;
  }
  m.store(place, m.load(place).with_wp(true));
  return Status::ok;
}

template <class M>
Status fault_small(M& m, typename M::Process p, std::uint64_t page, const typename M::Area& area,
                   bool write) {
  const auto table = own_table(m, p, page, 0);
  if (!table) return Status::no_memory;
  const auto place = m.place(p, *table, 0, page);
  if (area.is_shared()) {
    const auto held = make_table(m, area.object, area.object_page(page), 0);
    if (!held) return Status::no_memory;
    TableLock<M> outer(m, *table), inner(m, *held);
    Watch<M> watch(m, place, area);
    if (m.load(place).present()) return write ? write_fault(m, place, area) : Status::ok;
    const auto source = m.object_place(*held, area.object_page(page));
    if (is_full_at(m, source)) return refuse_reference(m);
    return demand_object(m, place, source, area);
  }
  if (area.has_object()) return fault_cow(m, place, page, area, write);
  TableLock<M> lock(m, *table);
  // The walk before the lock may have met an entry that a CPU was about to replace.
  const auto marker = m.load(place);
  if (write && area.wp && bool(M::Decisions::traps(m, marker))) return Status::trapped;
  if (marker.empty()) {
    Watch<M> watch(m, place, area);
    if (marker.wp() && !write) return demand_marked(m, place, area);
    if (!shows_zero(m, area, write, false)) return demand_zero(m, place, area);
    return demand_zero_page(m, place, area), Status::ok;
  }
  return fault_present(m, place, area, write);
}

/// Makes `page`, which lies in `area`, ready for one access.
/// REQUIRES: the caller shares the space, and the area permits the access.
template <class M>
Status make_ready(M& m, typename M::Process p, std::uint64_t page, const typename M::Area& area,
                  bool write) {
  if (area.hugetlb) return fault_hugetlb(m, p, page, area, write ? Need::write : Need::read);
  bool again = false;
  const auto status = fault_huge(m, p, page, area, write, &again);
  if (status != Status::ok || !again) return status;
  return fault_small(m, p, page, area, write);
}

/// Makes a private page, which was made ready for reading, exclusive. REQUIRES: as make_ready.
template <class M>
Status make_exclusive(M& m, typename M::Process p, std::uint64_t page,
                      const typename M::Area& area) {
  if (area.hugetlb) return fault_hugetlb(m, p, page, area, Need::exclusive);
  bool again = true;
  auto at = walk(m, m.root(p), page);
  if (at.level == 1 && at.entry.huge()) {
    again = false;
    const auto own = owned(m, p, page, at);
    if (!own) return Status::no_memory;
    TableLock<M> lock(m, *own);
    const auto place = m.place(p, *own, 1, page - page % M::fan);
    if (!m.load(place).huge()) return Status::ok;  // split just now: the caller looks again
    Watch<M> watch(m, place, area, 1);
    const auto status = unshare_huge(m, place, &again);
    if (status != Status::ok) return status;
  }
  if (!again) return Status::ok;
  at = walk(m, m.root(p), page);
  if (at.level != 0) return Status::ok;
  const auto own = owned(m, p, page, at);
  if (!own) return Status::no_memory;
  TableLock<M> lock(m, *own);
  const auto place = m.place(p, *own, 0, page);
  Watch<M> watch(m, place, area);
  return m.load(place).present() ? unshare(m, place, area) : Status::ok;
}

/// Calls `act(place, sub)` on the leaf that holds `page` now, with its table locked: `sub` pages
/// behind the leaf's first one. Not at all where there is none, or it was split just now.
/// Where others have the table, too, nothing may be stored there (shared_table.h).
/// REQUIRES: the caller shares the space.
template <class M, class Act>
void on_leaf(M& m, typename M::Process p, std::uint64_t page, Act act) {
  const auto at = walk(m, m.root(p), page);
  if (at.level > 1) return;
  if (at.common) return on_common_leaf(m, p, page, act);
  TableLock<M> lock(m, at.table);
  const bool huge = at.level == 1;
  const auto place = m.place(p, at.table, at.level, huge ? page - page % M::fan : page);
  if (huge && !m.load(place).huge()) return;
  act(place, huge ? static_cast<std::uint32_t>(page % M::fan) : 0U);
}

/// Makes `page` ready for one access, or says why not. Linux: handle_mm_fault.
template <class M>
Status fault(M& m, typename M::Process p, std::uint64_t page, bool write) {
  m.note(Event::fault);
  m.count(p, Count::fault);
  return despite_sharers(m, p, page, [&] {
    SharedSpaceLock<M> lock(m, p);
    if (const auto status = may_act(m, p); status != Status::ok) return status;
    const auto* area = find_area(m.areas(p), page);
    if (area == nullptr || !permits(*area, write)) return Status::segfault;
    if (write && traps(m, p, page, *area)) return Status::trapped;
    return make_ready(m, p, page, *area, write);
  });
}

}  // namespace cow::kernel
