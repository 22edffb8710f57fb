#pragma once

#include "impl/kernel/status.h"

/// The copy-on-write steps of one 4 KiB page. These few functions are what `proofs/` executes on
/// Z3 terms, what ByteMachine runs, and what SteppedMachine interleaves. REQUIRES for all: the
/// caller holds the lock of the table that `place` lies in.
namespace cow::kernel {

/// First touch of a private page: a zeroed frame of its own, with all that the area allows, so
/// that a first write costs one fault (row E13).
/// REQUIRES: nothing present at `place`.
template <class M>
Status demand_zero(M& m, typename M::Place place, const typename M::Area& area) {
  const auto fresh = m.allocate();
  if (!fresh.ok) return Status::no_memory;
  m.zero_page(fresh.frame);
  m.store(place, M::Entry::leaf(fresh.frame, area.may_read(), area.may_write()));
  return Status::ok;
}

/// First touch of a shared page by this process: the frame that the object holds at `held`,
/// which is taken now if nobody touched it before.
/// REQUIRES: nothing present at `place`; `held` is the object's entry for the same page.
template <class M>
Status demand_shared(M& m, typename M::Place place, typename M::Place held,
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
  m.store(place, M::Entry::leaf(entry.frame(), area.may_read(), area.may_write()));
  return Status::ok;
}

/// A write met a present entry. Writes in place when nobody else holds the frame, else moves
/// this mapping to a copy. The old translation is gone before the new entry comes, or one CPU
/// would read the old frame after another wrote to the new one (row C5); and before the old frame
/// is put (row C13). Linux: do_wp_page.
/// REQUIRES: present at `place`, and the area allows writing.
template <class M>
Status write_fault(M& m, typename M::Place place, const typename M::Area& area) {
  const auto entry = m.load(place);
  if (entry.writable()) return Status::ok;
  if (area.is_shared()) {
    m.store(place, entry.made_writable());
    return Status::ok;
  }
  if (M::Decisions::may_reuse(m, entry.frame())) {
    m.note(Event::reuse);
    m.store(place, entry.made_writable());
    return Status::ok;
  }
  const auto fresh = m.allocate();
  if (!fresh.ok) return Status::no_memory;
  m.copy_page(fresh.frame, entry.frame());
  m.store(place, M::Entry::none());
  m.flush(place);
  m.store(place, M::Entry::leaf(fresh.frame, true, true));
  m.put(entry.frame());
  return Status::ok;
}

/// Gives the child what the parent has at this page, and takes write permission from both where
/// the page is private. The parent's TLB entries may stay until the fork's one flush at its end.
/// Linux: copy_present_pte.
/// REQUIRES: nothing present at `child`.
template <class M>
void fork_page(M& m, typename M::Place parent, typename M::Place child,
               const typename M::Area& area) {
  auto entry = m.load(parent);
  if (!entry.present()) return;
  if (entry.writable() && M::Decisions::protects_on_fork(m, area)) {
    entry = entry.write_protected();
    m.store(parent, entry);
    m.flush_later(parent);
  }
  m.get(entry.frame());
  m.store(child, entry);
}

/// Drops the mapping: first from the table, then from the TLBs, then the reference.
template <class M>
void zap_page(M& m, typename M::Place place) {
  const auto entry = m.load(place);
  if (!entry.present()) return;
  m.store(place, M::Entry::none());
  m.flush(place);
  m.put(entry.frame());
}

/// Brings the entry to its area's new access. Linux: change_pte_range.
template <class M>
void protect_page(M& m, typename M::Place place, const typename M::Area& area) {
  const auto entry = m.load(place);
  if (!entry.present()) return;
  const auto writes = M::Decisions::may_upgrade(m, entry.frame(), area);
  m.store(place, M::Entry::leaf(entry.frame(), area.may_read(), writes));
  m.flush(place);
}

}  // namespace cow::kernel
