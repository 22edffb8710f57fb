#pragma once

#include <cstdint>

namespace cow::kernel {

/// For what entries change that lie in a table which others may have, too.
enum class Change : std::uint8_t {
  unmap,
  dontneed,
  protect,
  remap,
  pageout,
  merge,
  give_up,
  wp,
  guard,
  clear_refs
};

/// The judgements that copy-on-write stands on, one function each. A machine names the decisions
/// that its kernel takes (`M::Decisions`); a museum mutant derives and overrides one of them. One
/// that calls another calls it here, not the mutant's: so each override is one bug.
struct Decisions {
  /// May this private entry keep its frame, alone? It may when it is known to be the only mapping
  /// (a pin then follows it, row A17), or when nothing else holds the frame at all: not a second
  /// mapping, nor a huge leaf that covers it, nor another's pin (rows A5, A6, B11). Neither a
  /// count of mappings nor one of references would do.
  template <class M>
  static typename M::Bool may_reuse(const M& m, const typename M::Entry& entry) {
    return entry.exclusive() || m.references(entry.frame()) == 1;
  }

  /// The same for a huge leaf: one leaf, and nothing that holds any of its sub-pages.
  template <class M>
  static typename M::Bool may_reuse_huge(const M& m, const typename M::Entry& entry) {
    return entry.exclusive() || m.huge_references(entry.frame()) == 1;
  }

  /// Must fork take write permission from this area's entries? Private ones, and no other
  /// (rows D15, D20).
  template <class M>
  static typename M::Bool protects_on_fork(const M&, const typename M::Area& area) {
    return !area.is_shared();
  }

  /// Must fork copy this page for the child at once? A pinned one, since the device goes on with
  /// the frame and the parent must stay with it (row A12). Linux: copy_present_page.
  template <class M>
  static typename M::Bool copies_on_fork(const M& m, const typename M::Entry& entry) {
    return entry.exclusive() && m.pinned(entry.frame());
  }

  /// The same for any sub-page of a huge leaf, which is split then (row A14).
  template <class M>
  static typename M::Bool splits_on_fork(const M& m, const typename M::Entry& entry) {
    return entry.exclusive() && m.huge_pinned(entry.frame());
  }

  /// May a pin take the frame of this entry as it is? Later writes of the process must find the
  /// pinned frame, so it must never move to a copy: for writing the entry is writable; for reading
  /// it is exclusive, or the memory is shared.
  template <class M>
  static typename M::Bool may_pin(const M&, const typename M::Entry& entry,
                                  const typename M::Area& area, bool write) {
    if (write) return entry.writable();
    return entry.readable() && (area.is_shared() || entry.exclusive());
  }

  /// May the kernel itself go through this entry, where no processor checks? For writing the entry
  /// is writable, as for a store (row A26); a forced write also goes to what a fault before it made
  /// exclusive, so that nobody else sees it. Linux: can_follow_write_pte.
  template <class M>
  static typename M::Bool may_reach(const M&, const typename M::Entry& entry,
                                    const typename M::Area& area, bool write, bool force) {
    if (!write) return entry.readable();
    return entry.writable() ||
           (force && !area.is_shared() && entry.exclusive() && !entry.wp());  // row A11
  }

  /// Is a write to the page of this entry, or of this marker, refused? Linux: userfaultfd_pte_wp.
  template <class M>
  static typename M::Bool traps(const M&, const typename M::Entry& entry) {
    return entry.wp();
  }

  /// Does this entry, or this marker, refuse every access? Linux: do_swap_page, PTE_MARKER_GUARD.
  template <class M>
  static typename M::Bool guards(const M&, const typename M::Entry& entry) {
    return entry.guard();
  }

  /// Does what is in this place outlast a dontneed? Linux: zap_nonpresent_ptes.
  template <class M>
  static typename M::Bool outlasts_dontneed(const M&, const typename M::Entry& entry) {
    return entry.guard();
  }

  /// May the page, or the huge page, count as not written from now on? Not while a device holds it:
  /// nobody would note what that writes. Linux: clear_soft_dirty, pte_is_pinned.
  template <class M>
  static typename M::Bool may_clear_refs(const M& m, const typename M::Entry& entry) {
    return !(entry.huge() ? m.huge_pinned(entry.frame()) : m.pinned(entry.frame()));
  }

  /// May a collapse take the place of this entry? Not of one whose process wants to know of writes
  /// to that page alone, be it a marker (row D25), nor of a guard.
  template <class M>
  static typename M::Bool may_collapse_over(const M&, const typename M::Entry& entry) {
    return !entry.swapped() && !entry.wp() && !entry.guard();
  }

  /// An access of the kernel found its page not ready, and a fault has made it so. Is it still to
  /// write what it looks for again? Always, forced or not (row A1).
  template <class M>
  static bool still_writes(const M&, bool) {
    return true;
  }

  /// Must the kernel read the bytes of a page while its table is locked? Where the page may show a
  /// file: without the lock another thread may leave the file by a write, and what others then
  /// write to the file is not this process's (row G19).
  template <class M>
  static typename M::Bool reads_under_lock(const M&, const typename M::Area& area) {
    return area.cow;
  }

  /// May a page that is only read be shown as the zero page, as long as nobody writes? Linux:
  /// do_anonymous_page, do_huge_pmd_anonymous_page.
  template <class M>
  static typename M::Bool may_show_zero(const M& m, const typename M::Area&, bool write,
                                        bool huge) {
    return !write && (huge ? m.has_huge_zero() : m.has_zero());
  }

  /// May the pages of this area around `page` become one huge page? Private ones, all of which are
  /// the area's own and anonymous; the hint does not matter.
  template <class M>
  static typename M::Bool may_be_huge(const M&, const typename M::Area& area, std::uint64_t page) {
    const auto first = page - page % M::fan;
    return !area.has_object() && area.first <= first && first + M::fan <= area.end;
  }

  /// May a collapse move the bytes of this page, whose entry is out of use, elsewhere? Not away
  /// from a device. That others share its frame does not matter: the copy is this process's own.
  template <class M>
  static typename M::Bool may_collapse(const M& m, const typename M::Entry& entry) {
    return !m.pinned(entry.frame());
  }

  /// May the frame be replaced, of which so many mappings were found, all out of use now? When they
  /// are all that holds it: no pin, and no huge leaf over it. Linux: folio_migrate_mapping.
  template <class M>
  static typename M::Bool may_migrate(const M& m, const typename M::Frame& frame,
                                      std::uint32_t mappings) {
    return m.references(frame) == mappings;
  }

  /// The same for a huge page and its leaves: nobody may hold a part of it.
  template <class M>
  static typename M::Bool may_migrate_huge(const M& m, const typename M::Frame& head,
                                           std::uint32_t leaves) {
    return m.huge_references(head) == leaves;
  }

  /// May the frame of this entry go to swap? Not while a device keeps it (row A19), nor while
  /// others have it as part of a huge page, nor the zero page.
  template <class M>
  static typename M::Bool may_swap_out(const M& m, const typename M::Entry& entry) {
    return !m.pinned(entry.frame()) && !m.covered(entry.frame()) && !m.is_zero(entry.frame());
  }

  /// May pageout drop the page of this entry, or the huge page? Only what was given up and not
  /// written since (row D1).
  template <class M>
  static typename M::Bool may_discard(const M&, const typename M::Entry& entry) {
    return !entry.dirty();
  }

  /// May a huge leaf be split, so that its pages go? Only when nobody else has any of them.
  template <class M>
  static typename M::Bool may_swap_out_huge(const M& m, const typename M::Entry& entry) {
    return may_reuse_huge(m, entry);
  }

  /// May this private page's bytes come to lie in a frame that others show, too? Asked when its
  /// entry is out of use: not while a device keeps the frame (row H3), nor while others have it as
  /// part of a huge page, nor when it is write-protected. Linux: write_protect_page.
  template <class M>
  static typename M::Bool may_join(const M& m, const typename M::Entry& entry) {
    return !entry.wp() && !m.pinned(entry.frame()) && !m.covered(entry.frame()) &&
           !m.is_zero(entry.frame());
  }

  /// Does this page share its frame since a merge, so that unmerge gives it another? Who was merged
  /// with the zero page looks like who was shown it (row H5).
  template <class M>
  static typename M::Bool has_joined(const M& m, const typename M::Entry& entry) {
    return m.is_merged(entry.frame()) || m.is_zero(entry.frame());
  }

  /// Is the child to find this area untouched?
  template <class M>
  static bool wipes_on_fork(const M&, const typename M::Area& area) {
    return area.wipeonfork;
  }

  /// Fork on demand: may the child have this area's tables as they are? Not where it is to get less
  /// than the parent has.
  template <class M>
  static bool may_share_tables(const M&, const typename M::Area& area) {
    return !area.dontfork && !area.wipeonfork && !area.wp;
  }

  /// Does fork on demand copy a table that maps a pinned page? The device goes on with the frame,
  /// as for copies_on_fork.
  template <class M>
  static bool keeps_pinned_tables(const M&) {
    return true;
  }

  /// Has this table, of whatever level, another owner still? Its count is of directory entries, and
  /// of nothing else (rows B15, B16, E8).
  template <class M>
  static typename M::Bool table_has_others(const M& m, const typename M::Frame& table, int) {
    return m.table_references(table) > 1;
  }

  /// Must common tables be owned before such a change of what is below? Before every one (row E9).
  template <class M>
  static bool owns_for(const M&, Change) {
    return true;
  }

  /// Are the two areas, of which `right` follows, really one?
  template <class M>
  static bool may_merge(const M&, const typename M::Area& left, const typename M::Area& right) {
    return left.continues_in(right);
  }

  /// The pool is dry: are those who share the page with this area's process to lose it? Where the
  /// pool owes it to the process (row E6). Linux: unmap_ref_private.
  template <class M>
  static bool takes_from_sharers(const M&, const typename M::Area& area) {
    return area.reserved;
  }

  /// A CPU comes back to a process: is what the identifier tags its own, and has it seen every
  /// flush of the process?
  template <class M, class Context>
  static bool may_keep_translations(const M&, const Context& context, typename M::Process p,
                                    std::uint32_t generation) {
    return context.process == p && context.generation == generation;
  }

  /// May mprotect grant write at once, without a write fault? A shared page always; a private
  /// one only when it needs no copy (rows D18, D19), and nobody may find it in the swap cache or
  /// among the merged pages: who does not write yet had better share it. Nor one whose process is
  /// to be told of the first write (row D7).
  template <class M>
  static typename M::Bool may_upgrade(const M& m, const typename M::Entry& entry,
                                      const typename M::Area& area) {
    return area.may_write() && !entry.wp() && !entry.unwritten() &&
           (area.is_shared() ||
            (may_reuse(m, entry) && !m.was_cached(entry.frame()) && !m.is_merged(entry.frame())));
  }

  template <class M>
  static typename M::Bool may_upgrade_huge(const M& m, const typename M::Entry& entry,
                                           const typename M::Area& area) {
    return area.may_write() && !entry.wp() && !entry.unwritten() && may_reuse_huge(m, entry);
  }
};

}  // namespace cow::kernel
