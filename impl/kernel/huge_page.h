#pragma once

#include "impl/kernel/small_page.h"

/// The same steps for a huge page: one PMD leaf, `place`, over M::fan consecutive frames.
/// REQUIRES for all: the caller holds the lock of the table that `place` lies in.
namespace cow::kernel {

/// First touch of a private, huge-hinted, aligned range. `no_memory` means "no huge frame":
/// the caller goes on with small pages.
template <class M>
Status demand_zero_huge(M& m, typename M::Place place, const typename M::Area& area) {
  const auto fresh = m.allocate_huge();
  if (!fresh.ok) return Status::no_memory;
  m.zero_huge(fresh.frame);
  m.note(Event::huge_leaf);
  const auto entry = M::Entry::huge_leaf(fresh.frame, area.may_read(), area.may_write());
  m.store(place, entry.made_exclusive());
  return Status::ok;
}

/// The same for reading: the huge zero page. Linux: do_huge_pmd_anonymous_page.
template <class M>
void demand_huge_zero_page(M& m, typename M::Place place, const typename M::Area& area) {
  const auto zero = m.huge_zero_frame();
  m.get_huge(zero);
  m.note(Event::zero_page);
  m.store(place, M::Entry::huge_leaf(zero, area.may_read(), false));
}

/// Replaces the leaf by a table of small entries with the same permissions and exclusivity. Every
/// sub-page gets its own reference before the leaf gives up the one it holds for all of them, so
/// that no count is ever too low in between (row B11). The leaf goes first, then its translations,
/// then comes the table: no CPU may find both sizes (row C9). Linux: __split_huge_pmd_locked.
template <class M>
Status split_huge(M& m, typename M::Place place) {
  if (!m.can_get_parts(m.load(place).frame())) return refuse_reference(m);
  const auto table = m.allocate_table();
  if (!table.ok) return Status::no_memory;
  const auto entry = m.load(place);
  const auto head = entry.frame();
  for (std::uint32_t i = 0; i < M::fan; ++i) {
    m.get(head + i);
    m.store_at(table.frame, i, entry.sub_page(i));
  }
  const auto last = clear_entry(m, place, entry);
  for (std::uint32_t i = 0; last != entry && i < M::fan; ++i) {
    m.store_at(table.frame, i, last.sub_page(i));  // a processor has written there just now
  }
  m.flush_huge(place);
  m.store(place, M::Entry::table(table.frame));
  m.put_huge(head);
  m.note(Event::split);
  return Status::ok;
}

/// Moves this mapping to a huge copy of its own. `no_memory`: no huge frame; split instead.
template <class M>
Status copy_huge_leaf(M& m, typename M::Place place) {
  const auto fresh = m.allocate_huge();
  if (!fresh.ok) return Status::no_memory;
  const auto old = m.load(place).frame();
  if (m.is_zero(old)) {
    m.zero_huge(fresh.frame);
  } else {
    m.copy_huge(fresh.frame, old);
  }
  m.note(Event::huge_copy);
  m.store(place, M::Entry::none());  // row C5, as in write_fault
  m.flush_huge(place);
  m.store(place, M::Entry::huge_leaf(fresh.frame, true, true).made_exclusive());
  m.put_huge(old);
  return Status::ok;
}

/// A write met a huge leaf: in place when nothing else holds any sub-page, else by policy.
/// A split leaves the write itself to a small write fault: `*again` is set. Linux:
/// do_huge_pmd_wp_page.
template <class M>
Status huge_write_fault(M& m, typename M::Place place, bool* again) {
  const auto entry = m.load(place);
  if (entry.writable()) return Status::ok;
  if (M::Decisions::may_reuse_huge(m, entry)) {
    m.note(Event::reuse);
    m.store(place, entry.made_exclusive().made_writable());
    return Status::ok;
  }
  if (m.copies_huge() && copy_huge_leaf(m, place) == Status::ok) return Status::ok;
  *again = true;
  return split_huge(m, place);
}

/// A pin for reading met a huge leaf: as `unshare`. Where others share it the leaf is split, and
/// the small step has to follow: `*again` is set.
template <class M>
Status unshare_huge(M& m, typename M::Place place, bool* again) {
  const auto entry = m.load(place);
  if (entry.exclusive()) return Status::ok;
  if (M::Decisions::may_reuse_huge(m, entry)) {
    m.note(Event::unshare);
    m.store(place, entry.made_exclusive());
    return Status::ok;
  }
  *again = true;
  return split_huge(m, place);
}

/// As fork_page. REQUIRES: Decisions::splits_on_fork says no.
template <class M>
void fork_huge(M& m, typename M::Place parent, typename M::Place child,
               const typename M::Area& area) {
  auto entry = m.load(parent);
  if (entry.exclusive() && M::Decisions::protects_on_fork(m, area)) {
    entry = change_entry(m, parent, entry,
                         [](const auto& e) { return e.write_protected().made_common(); });
    m.flush_later(parent);
  }
  m.get_huge(entry.frame());
  m.note(Event::share);
  m.store(child, entry.with_wp(false));
}

template <class M, class Owed>
void zap_huge(M& m, typename M::Place place, Owed& owed) {
  const auto entry = m.load(place);
  m.store(place, M::Entry::none());
  owed.huge(m, place, entry.frame());
}
template <class M>
void zap_huge(M& m, typename M::Place place) {
  AtOnce owed;
  zap_huge(m, place, owed);
}

template <class M, class Owed>
void protect_huge(M& m, typename M::Place place, const typename M::Area& area, Owed& owed) {
  const auto entry = m.load(place);
  const typename M::Bool shared = area.is_shared();
  const typename M::Bool writes =
      shared ? area.may_write() : M::Decisions::may_upgrade_huge(m, entry, area);
  const typename M::Bool exclusive = entry.exclusive() || (writes && !shared);
  const auto changed = M::Entry::huge_leaf(entry.frame(), area.may_read(), writes);
  change_entry(m, place, entry, [&](const auto& e) {
    return changed.with_exclusive(exclusive).as_dirty_as(e).with_wp(e.wp());
  });
  owed.huge_less_allowed(m, place);
}
template <class M>
void protect_huge(M& m, typename M::Place place, const typename M::Area& area) {
  AtOnce owed;
  protect_huge(m, place, area, owed);
}

/// As suspend_page (suspend.h).
template <class M>
void suspend_huge(M& m, typename M::Place place) {
  change_entry(m, place, m.load(place), [](const auto& e) { return e.made_suspended(); });
  m.flush_huge(place);
}

/// As resume_on.
template <class M>
void resume_huge_on(M& m, typename M::Place place, typename M::Frame fresh, bool first) {
  const auto entry = m.load(place);
  if (!first) m.get_huge(fresh);
  m.store(place, entry.resumed().moved_to(fresh));
  m.put_huge(entry.frame());
}

}  // namespace cow::kernel
