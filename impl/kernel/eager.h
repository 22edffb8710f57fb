#pragma once

#include "impl/kernel/range.h"

/// The eager fork: the child gets copies of all private pages at once, and nothing private is ever
/// shared but what shows the file or zeroes. The simple rival of copy-on-write, checked alike
/// (System V before 1986: Bach, The Design of the UNIX Operating System, 7.1).
namespace cow::kernel {

/// Takes write permission from one leaf, which stays exclusive: the next write faults and keeps the
/// frame. Not from what a device may write to in any case. REQUIRES: the table is locked.
template <class M>
void hold_leaf(M& m, typename M::Place place) {
  const auto entry = m.load(place);
  if (!entry.present() || !entry.writable()) return;
  const bool device = entry.huge() ? bool(M::Decisions::splits_on_fork(m, entry))
                                   : bool(M::Decisions::copies_on_fork(m, entry));
  if (device) return;
  change_entry(m, place, entry, [](const auto& e) { return e.write_protected(); });
  m.flush_later(place);
}

/// Nobody writes to the pages of the area any more: the child gets all as they are at one moment.
/// REQUIRES: the space is held alone.
template <class M>
void hold_area(M& m, typename M::Process p, const Area& area) {
  if (area.is_shared() || area.dontfork || M::Decisions::wipes_on_fork(m, area)) return;
  const auto hold = [&](auto place) { hold_leaf(m, place); };
  for_each_place(m, p, area.first, area.end, hold, hold);
}

/// Is the page private, and neither the file's nor the zero page? Those are shared at every fork.
/// REQUIRES: the space is held alone.
template <class M>
bool is_own(M& m, const Area& area, std::uint64_t page, const typename M::Entry& entry) {
  if (area.is_shared() || shows_object(m, area, page, entry)) return false;
  return !entry.present() || !m.is_zero(entry.frame());
}

/// The child's own copy of `from`. False when memory ran out. REQUIRES: nothing at `to`.
template <class M>
bool copy_frame(M& m, typename M::Frame from, typename M::Place to, const typename M::Area& area) {
  const auto fresh = m.allocate();
  if (!fresh.ok) return false;
  m.note(Event::fork_copy);
  m.copy_page(fresh.frame, from);
  m.store(to, M::Entry::leaf(fresh.frame, area.may_read(), area.may_write()).made_exclusive());
  return true;
}

/// The child's own copy of a page that the parent has in swap, where it stays.
template <class M>
bool copy_swapped(M& m, typename M::Entry entry, typename M::Place to,
                  const typename M::Area& area) {
  SwapLock<M> lock(m);
  const auto fresh = m.allocate();
  if (!fresh.ok) return false;
  m.read_slot(fresh.frame, entry.slot());
  m.store(to, M::Entry::leaf(fresh.frame, area.may_read(), area.may_write()).made_exclusive());
  return true;
}

/// As fork_page, of a private area. REQUIRES: as there, and hold_area and a flush came before.
template <class M>
Status copy_for_child(M& m, typename M::Place parent, typename M::Place child,
                      const typename M::Area& area) {
  const auto entry = m.load(parent);
  bool done = true;
  if (entry.swapped()) {
    done = copy_swapped(m, entry, child, area);
  } else if (entry.present()) {
    done = copy_frame(m, entry.frame(), child, area);
  } else {
    fork_guard(m, child, entry);
  }
  return done ? Status::ok : Status::no_memory;
}

/// The same for a huge leaf: small copies where there is no huge frame. False when memory ran out.
template <class M>
bool copy_leaf_for_child(M& m, typename M::Process child, const Area& area, typename M::Entry leaf,
                         std::uint64_t page) {
  const auto above = make_table(m, m.root(child), page, 1);
  if (!above) return false;
  if (const auto fresh = m.allocate_huge(); fresh.ok) {
    m.note(Event::fork_copy, M::fan);
    m.copy_huge(fresh.frame, leaf.frame());
    TableLock<M> lock(m, *above);
    const auto copy = M::Entry::huge_leaf(fresh.frame, area.may_read(), area.may_write());
    Tab<M> tab(m, child);
    m.store(m.place(child, *above, 1, page), copy.made_exclusive());
    tab.inherited(page, leaf, copy, 1);
    return true;
  }
  const auto table = make_table(m, m.root(child), page, 0);
  if (!table) return false;
  TableLock<M> lock(m, *table);
  Tab<M> tab(m, child);
  for (std::uint32_t i = 0; i < M::fan; ++i) {
    const auto to = m.place(child, *table, 0, page + i);
    if (!copy_frame(m, leaf.frame() + i, to, area)) return false;
    tab.inherited(page + i, leaf.sub_page(i), m.peek_at(*table, to.index), 0);
  }
  return true;
}

}  // namespace cow::kernel
