#pragma once

#include <algorithm>
#include <optional>

#include "impl/kernel/fault.h"
#include "impl/kernel/migrate.h"

/// Pages with the same bytes that come to share one frame (Linux: mm/ksm.c). A merged frame is
/// offered to every later merge, the stable tree of Linux. It is mapped read-only and common; who
/// has it alone in the end takes it out of the offer before it writes (take_alone). All spaces are
/// held alone meanwhile, as for a migration, so only processors and devices may still write: bytes
/// are compared for good when neither can.
namespace cow::kernel {

/// A small private page: where its entry lies, and what it says.
template <class M>
struct SmallPage {
  typename M::Place place;
  typename M::Entry entry;
};

/// Takes the mapping out of use, so that the bytes stand still. False, and it is in use as before,
/// when it may not join others. Linux: write_protect_page.
template <class M>
bool hold_still(M& m, typename M::Place place) {
  TableLock<M> lock(m, place.table);
  suspend_page(m, place);
  if (M::Decisions::may_join(m, m.load(place))) return true;
  resume_page(m, place);
  return false;
}

template <class M>
void let_go(M& m, typename M::Place place) {
  TableLock<M> lock(m, place.table);
  resume_page(m, place);
}

/// The frame of this mapping is offered to others from now on, so it is nobody's alone. Linux:
/// stable_tree_insert. REQUIRES: it is held still.
template <class M>
void offer_page(M& m, typename M::Place place) {
  TableLock<M> lock(m, place.table);
  const auto entry = m.load(place);
  m.offer(entry.frame());
  m.store(place, entry.resumed().write_protected().made_common());
}

/// The mapping moves to a frame with the same bytes, and shares it. A page that was given up is
/// kept after all. Linux: replace_page.
/// REQUIRES: it is held still; the frame is offered, or the zero page.
template <class M>
void join_page(M& m, typename M::Place place, typename M::Frame shared,
               const typename M::Area& area) {
  TableLock<M> lock(m, place.table);
  const auto entry = m.load(place);
  Tab<M> tab(m, place.process);
  m.get(shared);
  const auto joined = M::Entry::leaf(shared, area.may_read(), false).with_wp(entry.wp());
  m.store(place, joined.with_unwritten(entry.unwritten()));
  tab.changed(place.page, entry, m.peek_at(place.table, place.index), 0);
  if (!m.is_zero(shared)) m.count(place.process, Count::merge);
  m.put(entry.frame());
}

/// The page there, if it is a small one of the process's own that a merge may look at. Where others
/// have the table, too, entries stay as they are (shared_table.h).
template <class M>
std::optional<SmallPage<M>> mergeable(M& m, typename M::Process p, std::uint64_t page,
                                      const Area& area) {
  const auto at = walk(m, m.root(p), page);
  if (at.level != 0 || at.common || !at.entry.present()) return std::nullopt;
  if (m.is_merged(at.entry.frame()) || m.is_zero(at.entry.frame())) return std::nullopt;
  if (shows_object(m, area, page, at.entry)) return std::nullopt;
  return SmallPage<M>{m.place(p, at.table, 0, page), at.entry};
}

/// The frame that offers the bytes of `frame` to whoever has the same, if there is one. Linux:
/// stable_tree_search.
template <class M>
std::optional<typename M::Frame> offered_like(M& m, typename M::Frame frame) {
  if (m.has_zero() && m.same_page(frame, m.zero_frame())) return m.zero_frame();
  for (auto f = m.next_merged(0); f; f = m.next_merged(*f + 1)) {
    if (m.same_page(frame, *f)) return f;
  }
  return std::nullopt;
}

/// Another page with the bytes of `frame`, of whatever process. Linux: unstable_tree_search, whose
/// pages are as little protected while they are looked at.
template <class M>
std::optional<SmallPage<M>> unmerged_like(M& m, typename M::Frame frame) {
  for (typename M::Process p = 0; m.valid_process(p); ++p) {
    if (!m.alive(p)) continue;
    const auto list = m.areas(p);
    for (std::uint32_t i = 0; i < list.size; ++i) {
      const Area& area = list.at[i];
      if (area.is_shared() || area.hugetlb) continue;
      std::optional<SmallPage<M>> found;
      for_each_leaf(
          m, m.root(p), area.first, area.end,
          [&](auto, std::uint64_t first, std::uint32_t count) {
            for (auto page = first; page < first + count && !found; ++page) {
              const auto twin = mergeable(m, p, page, area);
              if (!twin || twin->entry.frame() == frame) continue;
              if (!M::Decisions::may_join(m, twin->entry)) continue;
              if (m.same_page(frame, twin->entry.frame())) found = twin;
            }
            return !found;
          },
          [](auto, std::uint64_t) { return true; });
      if (found) return found;
    }
  }
  return std::nullopt;
}

/// Joins what is offered, if the bytes are still the same. REQUIRES: the page is held still.
template <class M>
bool join_if_same(M& m, const SmallPage<M>& mine, typename M::Frame shared,
                  const typename M::Area& area) {
  if (!m.same_page(mine.entry.frame(), shared)) return false;
  m.note(m.is_zero(shared) ? Event::merge_zero : Event::merge);
  join_page(m, mine.place, shared, area);
  return true;
}

/// The same with another page, whose frame both share then. REQUIRES: as there.
template <class M>
bool join_with(M& m, const SmallPage<M>& mine, const SmallPage<M>& twin,
               const typename M::Area& area) {
  if (!hold_still(m, twin.place)) return false;
  if (!m.same_page(mine.entry.frame(), twin.entry.frame())) return let_go(m, twin.place), false;
  offer_page(m, twin.place);
  return join_if_same(m, mine, twin.entry.frame(), area);
}

/// One page looks for its like. Linux: cmp_and_merge_page.
template <class M>
void merge_page(M& m, const SmallPage<M>& mine, const typename M::Area& area) {
  if (!M::Decisions::may_join(m, mine.entry)) return;
  const auto shared = offered_like(m, mine.entry.frame());
  const auto twin = shared ? std::nullopt : unmerged_like(m, mine.entry.frame());
  if (!shared && !twin) return;
  if (!m.can_get(shared ? *shared : twin->entry.frame())) return m.note(Event::saturated);
  if (!hold_still(m, mine.place)) return;
  const bool joined =
      shared ? join_if_same(m, mine, *shared, area) : join_with(m, mine, *twin, area);
  if (!joined) let_go(m, mine.place);
}

/// Splits the huge page around `page` when some part of it has its like, and nobody else has any
/// part. Linux: split_huge_page in try_to_merge_one_page.
template <class M>
void split_for_merge(M& m, typename M::Process p, std::uint64_t page) {
  const auto at = walk(m, m.root(p), page);
  if (at.level != 1 || !at.entry.huge() || at.common || m.is_zero(at.entry.frame())) return;
  if (!M::Decisions::may_swap_out_huge(m, at.entry) || m.huge_pinned(at.entry.frame())) return;
  bool any = false;
  for (std::uint32_t i = 0; i < M::fan && !any; ++i) {
    const auto part = at.entry.frame() + i;
    any = offered_like(m, part) || unmerged_like(m, part);
  }
  if (!any) return;
  TableLock<M> lock(m, at.table);
  const auto place = m.place(p, at.table, 1, page - page % M::fan);
  watch_split(m, place, [&] { return split_huge(m, place); });
}

/// `act(area, from, to)` on the parts of the range that are private and not the pool's.
template <class M, class Act>
void for_each_private_part(M& m, typename M::Process p, std::uint64_t first, std::uint64_t end,
                           Act act) {
  const auto list = m.areas(p);
  for (auto i = lower_area(list, first); i < list.size && list.at[i].first < end; ++i) {
    const Area& area = list.at[i];
    if (area.is_shared() || area.hugetlb) continue;
    act(area, std::max(first, area.first), std::min(end, area.end));
  }
}

/// A hint: of the private pages in the range, those that have their like anywhere share a frame
/// with it, as MADV_MERGEABLE and a finished scan of ksmd would have it; all memory is taken to be
/// willing. What is split is split first, since each part of it may be what another looks for. The
/// space of every process is held alone. Linux: ksm_do_scan.
template <class M>
Status merge(M& m, typename M::Process p, std::uint64_t first, std::uint64_t count) {
  if (!m.valid_process(p)) return Status::no_process;
  EverySpaceLock<M> lock(m);
  if (const auto status = may_act(m, p); status != Status::ok) return status;
  if (!in_user_space(m, first, count)) return Status::bad_range;
  const auto end = first + count;
  if (!covered(m.areas(p), first, end)) return Status::not_mapped;
  for_each_private_part(m, p, first, end, [&](const Area&, std::uint64_t from, std::uint64_t to) {
    if (!own_range(m, p, from, to, Change::merge)) return;
    for (auto page = from; page < to; ++page) split_for_merge(m, p, page);
  });
  for_each_private_part(m, p, first, end,
                        [&](const Area& area, std::uint64_t from, std::uint64_t to) {
                          for (auto page = from; page < to; ++page) {
                            const auto mine = mergeable(m, p, page, area);
                            if (mine) merge_page(m, *mine, area);
                          }
                        });
  return Status::ok;
}

/// A hint: each merged page of the range gets a frame of its own again, as long as there is memory.
/// Linux: unmerge_ksm_pages.
template <class M>
Status unmerge(M& m, typename M::Process p, std::uint64_t first, std::uint64_t count) {
  return on_range<SharedSpaceLock>(m, p, first, count, [&](std::uint64_t end) {
    const auto list = m.areas(p);
    if (!covered(list, first, end)) return Status::not_mapped;
    for (auto page = first; page < end; ++page) {
      const Area& area = *find_area(list, page);
      const auto at = walk(m, m.root(p), page);
      if (area.is_shared() || at.level != 0 || !at.entry.present()) continue;
      if (!M::Decisions::has_joined(m, at.entry)) continue;
      if (make_exclusive(m, p, page, area) != Status::ok) return Status::ok;
      m.note(Event::unmerge);
    }
    return Status::ok;
  });
}

}  // namespace cow::kernel
