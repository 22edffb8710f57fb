#pragma once

#include "impl/kernel/law.h"

/// The laws about one entry, frame or translation, each written once, generic over a view `V` of
/// a machine: the audit (impl/machine/audit.h) loops over them on a ByteMachine, the proofs
/// quantify over them on Z3 terms. `V::Bool` is bool or a term; `implies` is found for either.
namespace cow::kernel {

constexpr bool implies(bool premise, bool conclusion) { return !premise || conclusion; }

/// no-dangling: what an entry names is not free.
template <class V>
typename V::Bool entry_names_held_frame(const V& v, const typename V::Entry& entry) {
  return implies(entry.present(), !v.is_free(entry.frame()));
}

/// sole-writer: who may write a private page knows itself to be its only mapping.
template <class V>
typename V::Bool writer_is_exclusive(const V&, const typename V::Entry& entry,
                                     const typename V::Area& area) {
  return implies(entry.present() && entry.writable() && !area.is_shared(), entry.exclusive());
}

/// sole-writer: an exclusive entry is private, and the only mapping of its frame. Pins of the
/// frame may be there besides.
template <class V>
typename V::Bool exclusive_is_alone(const V& v, const typename V::Entry& entry,
                                    const typename V::Area& area) {
  return implies(entry.present() && entry.exclusive(),
                 !area.is_shared() && v.mappings(entry.frame()) == 1);
}

/// sole-writer, for tables: who may write through a directory's entry has the table that it names
/// alone.
template <class V>
typename V::Bool writer_owns_table(const V& v, const typename V::Entry& entry) {
  return implies(entry.present() && entry.writable(), v.owners(entry.frame()) == 1);
}

/// pin-stable: where a pinned frame is mapped privately it is exclusive, so that neither a write
/// nor a fork moves the process away from it. A page of the file, which a device has by another's
/// shared mapping, is not the process's own yet.
template <class V>
typename V::Bool pinned_is_exclusive(const V& v, const typename V::Entry& entry,
                                     const typename V::Area& area) {
  return implies(entry.present() && !area.is_shared() && v.pinned(entry.frame()) &&
                     !v.of_object(entry.frame()),
                 entry.exclusive());
}

/// sole-writer: a frame that every merge offers is nobody's alone, so nobody writes to it.
template <class V>
typename V::Bool merged_is_common(const V& v, const typename V::Entry& entry) {
  return implies(entry.present() && v.is_merged(entry.frame()), !entry.exclusive());
}

/// pin-stable: a frame that every merge offers no device keeps.
template <class V>
typename V::Bool merged_is_not_pinned(const V& v, const typename V::Frame& frame) {
  return implies(v.is_merged(frame), !v.pinned(frame));
}

/// isolation: nor is it a page of an object, which others may write.
template <class V>
typename V::Bool merged_is_no_objects(const V& v, const typename V::Frame& frame) {
  return implies(v.is_merged(frame), !v.of_object(frame));
}

/// pin-stable: what a device keeps is not dropped, whoever gave it up.
template <class V>
typename V::Bool pinned_is_dirty(const V& v, const typename V::Entry& entry) {
  return implies(entry.present() && v.pinned(entry.frame()), entry.dirty());
}

/// permission: what its process has write-protected nobody may write.
template <class V>
typename V::Bool trapped_is_not_writable(const V&, const typename V::Entry& entry) {
  return implies(entry.present() && entry.wp(), !entry.writable());
}

/// accounted: what counts as not written is not written without a fault, which notes it.
template <class V>
typename V::Bool unwritten_is_not_writable(const V&, const typename V::Entry& entry) {
  return implies(entry.present() && entry.unwritten(), !entry.writable());
}

/// no-dangling: a swap entry names a slot that is there.
template <class V>
typename V::Bool entry_names_used_slot(const V& v, const typename V::Entry& entry) {
  return implies(entry.swapped(), v.is_used(entry.slot()));
}

/// sole-writer: a swapped page that is exclusive is the only one in its slot, and in no frame.
template <class V>
typename V::Bool exclusive_slot_is_alone(const V& v, const typename V::Entry& entry) {
  return implies(entry.swapped() && entry.exclusive(),
                 v.slot_count(entry.slot()) == 1 && !v.in_memory(entry.slot()));
}

/// sole-writer: what a mapping has alone no swap entry can find.
template <class V>
typename V::Bool exclusive_is_not_cached(const V& v, const typename V::Entry& entry) {
  return implies(entry.present() && entry.exclusive(), !v.cached(entry.frame()));
}

/// pin-stable: what a device keeps no swap entry can find.
template <class V>
typename V::Bool pinned_is_not_cached(const V& v, const typename V::Frame& frame) {
  return implies(v.pinned(frame), !v.cached(frame));
}

/// exact-count: the count of a slot is the number of swap entries that name it.
template <class V, class Slot>
typename V::Bool slot_count_is_exact(const V& v, const Slot& slot) {
  return v.slot_count(slot) == v.namers(slot);
}

/// no-dangling: a frame in the swap cache is not free, and known to the slot that it is cached for,
/// which is in use.
template <class V>
typename V::Bool cached_frame_is_held(const V& v, const typename V::Frame& frame) {
  return implies(v.cached(frame), !v.is_free(frame) && v.is_used(v.slot_of(frame)) &&
                                      v.caches(v.slot_of(frame), frame));
}

/// permission: an entry allows no more than its area.
template <class V>
typename V::Bool entry_within_area(const V&, const typename V::Entry& entry,
                                   const typename V::Area& area) {
  return implies(entry.present(), implies(entry.writable(), area.may_write()) &&
                                      implies(entry.readable(), area.may_read()) &&
                                      implies(entry.writable(), entry.readable()));
}

/// isolation, for what comes from an object: an entry names the frame that the object holds for the
/// page, so that all mappers see one page; a private one until the page is the process's own.
template <class V>
typename V::Bool sharers_agree(const V& v, const typename V::Entry& entry,
                               const typename V::Area& area, const typename V::Entry& held) {
  return implies(entry.present() && (area.is_shared() || v.of_object(entry.frame())),
                 held.present() && held.frame() == entry.frame());
}

/// exact-count: the count of a frame is the number of its holders, pins among them.
template <class V>
typename V::Bool count_is_exact(const V& v, const typename V::Frame& frame) {
  return v.count(frame) == v.holders(frame);
}

/// exact-count: a frame is free exactly when nothing counts on it.
template <class V>
typename V::Bool free_when_unheld(const V& v, const typename V::Frame& frame) {
  return v.is_free(frame) == (v.references(frame) == 0);
}

/// tlb-coherent: a cached translation that a CPU can use (asid.h) shows the frame that the table
/// shows and allows no more; and by one for writing only a dirty page is written, or nobody would
/// note it. `Cached` has valid(), frame() and writable().
template <class V, class Cached>
typename V::Bool cached_within_entry(const V&, const Cached& cached,
                                     const typename V::Entry& entry) {
  return implies(cached.valid(), entry.present() && entry.readable() &&
                                     entry.frame() == cached.frame() &&
                                     implies(cached.writable(), entry.writable() && entry.dirty()));
}

}  // namespace cow::kernel
