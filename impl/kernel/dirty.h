#pragma once

/// How an entry changes that a processor may change, too: it sets the dirty bit of a page that was
/// given up (lazyfree.h) when it writes there, and takes no lock for it. Who loads such an entry
/// and stores it again loses that write (rows C15, D1). Nothing else is set behind the kernel's
/// back, so an entry that is dirty is simply stored. REQUIRES for all: the caller holds the lock of
/// the table that `at` lies in.
namespace cow::kernel {

/// Stores `after` where `before` was found. False, and nothing has changed: a processor has written
/// there meanwhile. Linux: ptep_get_and_clear, ptep_set_wrprotect.
template <class M>
bool replace_entry(M& m, const typename M::Place& at, const typename M::Entry& before,
                   const typename M::Entry& after) {
  if constexpr (requires { m.replace(at, before, after); }) {
    if (!before.dirty()) return m.replace(at, before, after);
  }
  m.store(at, after);
  return true;
}

/// Stores `change(entry)`, where `entry` was found, and answers what it stored.
template <class M, class Change>
typename M::Entry change_entry(M& m, const typename M::Place& at, typename M::Entry entry,
                               Change change) {
  for (;; entry = m.load(at)) {
    const auto changed = change(entry);
    if (replace_entry(m, at, entry, changed)) return changed;
  }
}

/// Takes the entry away, and answers what was there at last.
template <class M>
typename M::Entry clear_entry(M& m, const typename M::Place& at, typename M::Entry entry) {
  while (!replace_entry(m, at, entry, M::Entry::none())) entry = m.load(at);
  return entry;
}

/// Where no page is there may be a marker.
template <class M>
void drop_marker(M& m, const typename M::Place& at, const typename M::Entry& entry) {
  if (entry.wp() || entry.guard()) m.store(at, M::Entry::none());
}

/// Before the kernel itself writes, or a device may: no processor is there to note it.
template <class M>
void make_dirty(M& m, const typename M::Place& at, const typename M::Entry& entry) {
  if (!entry.dirty()) m.store(at, entry.made_dirty());
}

/// Before the kernel itself writes where the processor could not: nor has a fault told the process
/// (soft_dirty.h).
template <class M>
void make_written(M& m, const typename M::Place& at, const typename M::Entry& entry) {
  if (!entry.dirty() || entry.unwritten()) m.store(at, entry.made_dirty().made_written());
}

}  // namespace cow::kernel
