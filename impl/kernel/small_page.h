#pragma once

#include <optional>

#include "impl/kernel/dirty.h"
#include "impl/kernel/gather.h"
#include "impl/kernel/swap.h"

/// The copy-on-write steps of one 4 KiB page. These few functions are what `proofs/` executes on
/// Z3 terms, what ByteMachine runs, and what SteppedMachine interleaves. REQUIRES for all: the
/// caller holds the lock of the table that `place` lies in.
namespace cow::kernel {

/// First touch of a private page: a zeroed frame of its own, with all that the area allows, so
/// that a first write costs one fault (row E13).
/// REQUIRES: nothing at `place`.
template <class M>
Status demand_zero(M& m, typename M::Place place, const typename M::Area& area) {
  const auto fresh = m.allocate();
  if (!fresh.ok) return Status::no_memory;
  m.zero_page(fresh.frame);
  const auto entry = M::Entry::leaf(fresh.frame, area.may_read(), area.may_write());
  m.store(place, entry.made_exclusive());
  return Status::ok;
}

/// First touch of a private page, for reading: the zero page, until somebody writes. Linux:
/// do_anonymous_page.
/// REQUIRES: nothing at `place`, and the machine has a zero page.
template <class M>
void demand_zero_page(M& m, typename M::Place place, const typename M::Area& area) {
  const auto zero = m.zero_frame();
  m.get(zero);
  m.note(Event::zero_page);
  m.store(place, M::Entry::leaf(zero, area.may_read(), false));
}

/// First touch by this process of a page that comes from an object: the frame that it holds at
/// `held`, which is taken now if nobody touched it before. A private mapping may only read it.
/// Linux: do_read_fault, do_shared_fault.
/// REQUIRES: nothing at `place`; `held` is the object's entry for the same page.
template <class M>
Status demand_object(M& m, typename M::Place place, typename M::Place held,
                     const typename M::Area& area) {
  auto entry = m.load(held);
  if (!entry.present()) {
    const auto fresh = m.allocate();
    if (!fresh.ok) return Status::no_memory;
    m.zero_page(fresh.frame);
    entry = M::Entry::leaf(fresh.frame, true, false);
    m.store(held, entry);
  }
  m.get(entry.frame());
  m.store(place, M::Entry::leaf(entry.frame(), area.may_read(), area.writes_object()));
  return Status::ok;
}

/// A copy of what a private mapping shows. Linux: wp_page_copy.
template <class M>
void fill_copy(M& m, typename M::Frame to, typename M::Frame from) {
  if (m.is_zero(from)) return m.zero_page(to);
  m.copy_page(to, from);
}

/// Moves a private mapping to a copy of its own. The old translation is gone before the new entry
/// comes, or one CPU would read the old frame after another wrote to the new one (row C5); and
/// before the old frame is put (row C13). Linux: wp_page_copy.
/// REQUIRES: present at `place`.
template <class M>
Status move_to_copy(M& m, typename M::Place place, const typename M::Area& area, bool writable) {
  const auto entry = m.load(place);
  const auto fresh = m.allocate();
  if (!fresh.ok) return Status::no_memory;
  fill_copy(m, fresh.frame, entry.frame());
  m.store(place, M::Entry::none());
  m.flush(place);
  const auto copy = M::Entry::leaf(fresh.frame, area.may_read(), writable).made_exclusive();
  m.store(place, copy.with_wp(entry.wp()).with_unwritten(!writable && entry.unwritten()));
  m.put(entry.frame());
  return Status::ok;
}

/// A write met a present entry: in place when the mapping may keep the frame alone, else on a
/// copy. Linux: do_wp_page.
/// REQUIRES: present at `place`, and the area allows writing.
template <class M>
Status write_fault(M& m, typename M::Place place, const typename M::Area& area) {
  const auto entry = m.load(place);
  if (entry.writable()) return Status::ok;
  if (area.is_shared()) {
    m.store(place, entry.made_writable());
    return Status::ok;
  }
  const auto keeps = take_alone(m, entry, [&] { return M::Decisions::may_reuse(m, entry); });
  if (!keeps) return move_to_copy(m, place, area, true);
  m.note(Event::reuse);
  m.store(place, entry.made_exclusive().made_writable());
  return Status::ok;
}

/// A pin for reading, or a forced write, met an entry that others may share: from now on the frame
/// is this mapping's alone. So no later write moves the process away from what the device reads.
/// Linux: FAULT_FLAG_UNSHARE.
/// REQUIRES: present and private at `place`.
template <class M>
Status unshare(M& m, typename M::Place place, const typename M::Area& area) {
  const auto entry = m.load(place);
  if (entry.exclusive()) return Status::ok;
  m.note(Event::unshare);
  const auto keeps = take_alone(m, entry, [&] { return M::Decisions::may_reuse(m, entry); });
  if (!keeps) return move_to_copy(m, place, area, false);
  m.store(place, entry.made_exclusive());
  return Status::ok;
}

/// A device takes the frame as it is, which the caller passes on: `sub` pages behind the first one
/// of a huge leaf. `segfault` when the entry is not ready for that.
template <class M>
Status pin_page(M& m, typename M::Place place, std::uint32_t sub, const typename M::Area& area,
                bool write, std::optional<typename M::Frame>* frame) {
  const auto entry = m.load(place);
  if (!entry.present()) return Status::segfault;
  if (!M::Decisions::may_pin(m, entry, area, write)) return Status::segfault;
  make_dirty(m, place, entry);
  *frame = entry.frame() + sub;
  m.get_pinned(**frame);
  return Status::ok;
}

/// One mapping more of the frame that the parent's entry, which is `entry`, names: both lose write
/// permission and exclusivity where the page is private. The parent's TLB entries may stay until
/// the fork's one flush at its end.
template <class M>
void share_frame(M& m, typename M::Place parent, typename M::Place child,
                 const typename M::Area& area, typename M::Entry entry) {
  if (entry.exclusive() && M::Decisions::protects_on_fork(m, area)) {
    entry = change_entry(m, parent, entry,
                         [](const auto& e) { return e.write_protected().made_common(); });
    m.flush_later(parent);
  }
  m.get(entry.frame());
  m.note(Event::share);
  m.store(child, entry.with_wp(false));
}

/// A child has the guards of its parent, too. Linux: copy_nonpresent_pte, copy_pte_marker.
template <class M>
void fork_guard(M& m, typename M::Place child, const typename M::Entry& entry) {
  if (entry.guard()) m.store(child, entry);
}

/// Gives the child what the parent has at this page. A pinned page is copied for it. Linux:
/// copy_present_pte.
/// REQUIRES: nothing at `child`.
template <class M>
Status fork_page(M& m, typename M::Place parent, typename M::Place child,
                 const typename M::Area& area) {
  const auto entry = m.load(parent);
  if (entry.swapped()) return fork_swapped(m, parent, child), Status::ok;
  if (!entry.present()) return fork_guard(m, child, entry), Status::ok;
  if (M::Decisions::copies_on_fork(m, entry)) {
    const auto fresh = m.allocate();
    if (!fresh.ok) return Status::no_memory;
    m.note(Event::fork_copy);
    m.copy_page(fresh.frame, entry.frame());
    const auto copy = M::Entry::leaf(fresh.frame, area.may_read(), area.may_write());
    m.store(child, copy.made_exclusive());
    return Status::ok;
  }
  return share_frame(m, parent, child, area, entry), Status::ok;
}

/// Takes the mapping away, reference and all, for the caller to store it elsewhere: no CPU may find
/// it at both places (row C18). Linux: move_ptes.
/// REQUIRES: the space is the caller's alone.
template <class M>
typename M::Entry lift_page(M& m, typename M::Place from) {
  auto entry = m.load(from);
  if (entry.guard()) return m.store(from, M::Entry::none()), entry;
  if (entry.empty()) return drop_marker(m, from, entry), M::Entry::none();
  entry = clear_entry(m, from, entry);
  m.flush(from);
  return entry;
}

/// Drops the mapping: first from the table, then from the TLBs, then the reference.
template <class M, class Owed>
void zap_page(M& m, typename M::Place place, Owed& owed) {
  const auto entry = m.load(place);
  if (entry.swapped()) return zap_swapped(m, place);
  if (!entry.present()) return drop_marker(m, place, entry);
  m.store(place, M::Entry::none());
  owed.page(m, place, entry.frame());
}
template <class M>
void zap_page(M& m, typename M::Place place) {
  AtOnce owed;
  zap_page(m, place, owed);
}

/// Brings the entry to its area's new access. A swapped page learns of it when it comes back.
/// Linux: change_pte_range.
template <class M, class Owed>
void protect_page(M& m, typename M::Place place, const typename M::Area& area, Owed& owed) {
  const auto entry = m.load(place);
  if (!entry.present()) return;
  const auto writes = M::Decisions::may_upgrade(m, entry, area);
  const auto exclusive = entry.exclusive() || (writes && !area.is_shared());
  const auto changed = M::Entry::leaf(entry.frame(), area.may_read(), writes);
  change_entry(m, place, entry, [&](const auto& e) {
    return changed.with_exclusive(exclusive).as_dirty_as(e).with_wp(e.wp());
  });
  owed.less_allowed(m, place);
}
template <class M>
void protect_page(M& m, typename M::Place place, const typename M::Area& area) {
  AtOnce owed;
  protect_page(m, place, area, owed);
}

}  // namespace cow::kernel
