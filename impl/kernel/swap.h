#pragma once

#include <optional>

#include "impl/kernel/lock.h"
#include "impl/kernel/status.h"

/// The steps of one swapped page. A swap entry names a slot, which counts the entries that name it
/// and keeps the bytes. While a page that several processes share is in memory for some of them and
/// in a slot for others, the frame is cached for the slot: who comes back joins those who never
/// left (Linux: the swap cache). A cached frame has the bytes of its slot, since nobody may write
/// to it; the link ends with either, and when a mapping takes the frame for itself. REQUIRES for
/// all: the caller holds the lock of the table that `place` lies in.
namespace cow::kernel {

/// Is the frame of this entry the mapping's alone from now on? As `judge` says. No merge offers it
/// to another page then (row H2): a merge would have every space alone. And since a swap
/// entry that finds the frame in the swap cache would be another mapping, it leaves the cache.
/// Nobody caches it again: only a mapping could. To ask whether it is cached now would not do,
/// since who was judged to have gone may have come back, and the link gone with it.
template <class M, class Judge>
typename M::Bool take_alone(M& m, const typename M::Entry& entry, Judge judge) {
  if (!judge()) return false;
  if (m.was_cached(entry.frame())) {
    SwapLock<M> lock(m);
    if (!judge()) return false;  // it was found meanwhile
    m.uncache(entry.frame());
  }
  if (m.is_merged(entry.frame())) m.withdraw(entry.frame());
  return true;
}

/// A page that is on its way to its slot: nothing is at its place, but TLBs may still show it.
template <class M>
struct Leaving {
  typename M::Place place;
  typename M::Entry entry;  ///< what was there
  typename M::SwapSlot slot;
  bool known;  ///< the slot has its bytes already
};

/// Gives the page a slot, the one that its frame is cached for or a fresh one, and empties its
/// entry. Nothing when swap is full. REQUIRES: the swap lock is held, and `entry` may be swapped
/// out.
template <class M>
std::optional<Leaving<M>> begin_swap_out(M& m, typename M::Place place,
                                         const typename M::Entry& entry) {
  const bool known = bool(m.cached(entry.frame()));
  const auto got = known ? m.get_slot_of(entry.frame()) : m.allocate_slot();
  if (!got.ok) return m.note(Event::swap_full), std::nullopt;
  m.store(place, M::Entry::none());
  return Leaving<M>{place, entry, got.slot, known};
}

/// When no CPU can write to the page any more, nor pin it, it is looked at once more, and goes or
/// stays (row A15). True: its reference is left to be put. Who has it alone has it alone in its
/// slot (row A18). REQUIRES: the swap lock is held since it began to leave, and it was flushed.
template <class M>
bool finish_swap_out(M& m, const Leaving<M>& page) {
  const auto& entry = page.entry;
  if (!M::Decisions::may_swap_out(m, entry)) {
    m.store(page.place, entry);
    return m.put_slot(page.slot), false;
  }
  if (!page.known) m.write_slot(page.slot, entry.frame());
  if (!page.known && !entry.exclusive()) m.cache(page.slot, entry.frame());
  const auto out = M::Entry::in_swap(page.slot, entry.exclusive()).with_wp(entry.wp());
  m.store(page.place, out.with_unwritten(entry.unwritten()));  // row D5
  return true;
}

/// Moves this mapping's page to swap. REQUIRES: it is dirty, which page_out asks first: a page that
/// stays gets the entry back that was looked at, and a write noted since would be forgotten with a
/// clean one. Linux: try_to_unmap_one.
template <class M>
void swap_out(M& m, typename M::Place place) {
  const auto entry = m.load(place);
  if (!entry.present()) return;
  if (!M::Decisions::may_swap_out(m, entry)) return;
  {
    SwapLock<M> lock(m);
    const auto page = begin_swap_out(m, place, entry);
    if (!page) return;
    m.flush(place);
    if (!finish_swap_out(m, *page)) return;
  }
  m.note(Event::swap_out);
  m.put(entry.frame());
}

/// Brings a page back: the frame that is cached for its slot, else a fresh one, which is cached
/// from then on for whoever else names the slot. Only who had it alone may write to it at once (row
/// F6). Linux: do_swap_page. REQUIRES: swapped at `place`.
template <class M>
Status swap_in(M& m, typename M::Place place, const typename M::Area& area) {
  const auto entry = m.load(place);
  SwapLock<M> lock(m);
  auto got = m.get_cached(entry.slot());
  if (got.ok) {
    m.note(Event::swap_share);
  } else {
    got = m.allocate();
    if (!got.ok) return Status::no_memory;
    m.read_slot(got.frame, entry.slot());
    if (!entry.exclusive()) m.cache(entry.slot(), got.frame);
  }
  const auto writes = entry.exclusive() && area.may_write() && !entry.wp() && !entry.unwritten();
  const auto back = M::Entry::leaf(got.frame, area.may_read(), writes);
  const auto marked = back.with_wp(entry.wp()).with_unwritten(entry.unwritten());
  m.store(place, marked.with_exclusive(entry.exclusive()));
  m.put_slot(entry.slot());
  m.note(Event::swap_in);
  return Status::ok;
}

/// Both name the slot from now on, and neither has it alone (rows F5, A18). Linux:
/// copy_nonpresent_pte.
/// REQUIRES: swapped at `parent`, nothing at `child`.
template <class M>
void fork_swapped(M& m, typename M::Place parent, typename M::Place child) {
  const auto entry = m.load(parent);
  SwapLock<M> lock(m);
  m.get_slot(entry.slot());
  m.store(parent, entry.made_common());
  m.store(child, entry.made_common().with_wp(false));
}

/// Forgets a swapped page. No TLB knows it. Linux: zap_nonpresent_ptes.
/// REQUIRES: swapped at `place`.
template <class M>
void zap_swapped(M& m, typename M::Place place) {
  const auto entry = m.load(place);
  SwapLock<M> lock(m);
  m.store(place, M::Entry::none());
  m.put_slot(entry.slot());
}

}  // namespace cow::kernel
