#pragma once

#include <utility>

#include "impl/kernel/every_lock.h"
#include "impl/kernel/range.h"
#include "impl/kernel/suspend.h"

/// Pages that go to other frames under the mappings of all processes (Linux: mm/migrate.c,
/// mm/compaction.c). Who maps a frame is found by a walk through all spaces, which are all held
/// alone meanwhile: slow, and never wrong about who a frame's mappers are. So no fault and no fork
/// ever meets a suspended entry, only processors do.
namespace cow::kernel {

/// The small entries of one tree that name `frame`. `place_of(table, page)` is where one lies.
template <class M, class PlaceOf, class Visit>
void for_each_entry_of(M& m, typename M::Frame root, std::uint64_t first, std::uint64_t end,
                       typename M::Frame frame, PlaceOf place_of, Visit visit) {
  for_each_leaf(
      m, root, first, end,
      [&](auto table, std::uint64_t page, std::uint32_t count) {
        TableLock<M> lock(m, table);
        for (std::uint32_t i = 0; i < count; ++i) {
          const auto place = place_of(table, page + i);
          const auto entry = m.load(place);
          if (entry.present() && entry.frame() == frame) visit(place, entry);
        }
        return true;
      },
      [](auto, std::uint64_t) { return true; });
}

/// Every small entry that names `frame`: those of processes, of the objects that they map, and of
/// the file. An object that several areas name is visited as often, and so is a table that several
/// processes share. Linux: rmap_walk.
/// REQUIRES, as for all below: every space is held alone.
template <class M, class Visit>
void for_each_mapping(M& m, typename M::Frame frame, Visit visit) {
  const auto held = [&](auto table, std::uint64_t page) { return m.object_place(table, page); };
  if (m.has_file()) {
    for_each_entry_of(m, m.file_root(), 0, span<M>(M::levels), frame, held, visit);
  }
  for (typename M::Process p = 0; m.valid_process(p); ++p) {
    if (!m.alive(p)) continue;
    const auto place = [&](auto table, std::uint64_t page) { return m.place(p, table, 0, page); };
    for_each_entry_of(m, m.root(p), m.user_first(), m.user_end(), frame, place, visit);
    const auto list = m.areas(p);
    for (std::uint32_t i = 0; i < list.size; ++i) {
      const Area& area = list.at[i];
      if (!area.has_object()) continue;
      for_each_entry_of(m, area.object, 0, span<M>(M::levels), frame, held, visit);
    }
  }
}

/// Every huge leaf on the block from `head` on.
template <class M, class Visit>
void for_each_huge_mapping(M& m, typename M::Frame head, Visit visit) {
  for (typename M::Process p = 0; m.valid_process(p); ++p) {
    if (!m.alive(p)) continue;
    for_each_leaf(
        m, m.root(p), m.user_first(), m.user_end(),
        [](auto, std::uint64_t, std::uint32_t) { return true; },
        [&](auto table, std::uint64_t page) {
          TableLock<M> lock(m, table);
          const auto place = m.place(p, table, 1, page);
          const auto entry = m.load(place);
          if (entry.huge() && entry.frame() == head) visit(place, entry);
          return true;
        });
  }
}

/// Who comes back from swap finds the new frame, where it would have found the old one. Linux:
/// folio_migrate_mapping.
template <class M>
void move_cached(M& m, typename M::Frame from, typename M::Frame to) {
  SwapLock<M> lock(m);
  if (!m.cached(from)) return;
  const auto held = m.get_slot_of(from);
  m.uncache(from);
  if (!held.ok) return;  // its count has no room: who comes back finds the bytes in the slot
  m.cache(held.slot, to);
  m.put_slot(held.slot);
}

/// Moves what `frame` holds to the frame that `allocate` takes, in every mapping. False, and
/// nothing has changed, when somebody else holds it, or there is none. Linux: migrate_folio_unmap,
/// migrate_folio_move.
template <class M, class Allocate>
bool migrate_frame(M& m, typename M::Frame frame, Allocate allocate) {
  std::uint32_t mappings = 0;
  for_each_mapping(m, frame, [&](const auto& place, const auto& entry) {
    if (entry.suspended()) return m.flush(place);  // found before: others have the table, too
    suspend_page(m, place);
    ++mappings;
  });
  if (mappings == 0) return false;
  if (M::Decisions::may_migrate(m, frame, mappings)) {
    if (const auto fresh = allocate(); fresh.ok) {
      m.copy_page(fresh.frame, frame);
      move_cached(m, frame, fresh.frame);
      if (m.is_merged(frame)) m.offer(fresh.frame);
      bool first = true;
      for_each_mapping(m, frame, [&](const auto& place, const auto&) {
        resume_on(m, place, fresh.frame, std::exchange(first, false));
      });
      m.note(Event::migrate);
      return true;
    }
  }
  for_each_mapping(m, frame, [&](const auto& place, const auto& entry) {
    if (entry.suspended()) resume_page(m, place);
  });
  return false;
}

/// The same for a huge page: as one, or not at all when somebody holds only a part of it.
template <class M>
bool migrate_huge(M& m, typename M::Frame head) {
  std::uint32_t leaves = 0;
  for_each_huge_mapping(m, head, [&](const auto& place, const auto& entry) {
    if (entry.suspended()) return m.flush_huge(place);
    suspend_huge(m, place);
    ++leaves;
  });
  if (M::Decisions::may_migrate_huge(m, head, leaves)) {
    if (const auto fresh = m.allocate_huge(); fresh.ok) {
      m.copy_huge(fresh.frame, head);
      bool first = true;
      for_each_huge_mapping(m, head, [&](const auto& place, const auto&) {
        resume_huge_on(m, place, fresh.frame, std::exchange(first, false));
      });
      m.note(Event::huge_migrate);
      return true;
    }
  }
  for_each_huge_mapping(m, head, [&](const auto& place, const auto&) { resume_page(m, place); });
  return false;
}

/// What is mapped in the range goes to other frames, for all who map it; huge pages that lie in it
/// whole go as one. What somebody holds otherwise stays, and so does all that there is no memory
/// for: ok all the same. Where frames are split between nodes they go to the one whose CPU acted
/// last, if it has room. Linux: migrate_misplaced_folio, move_pages(2).
template <class M>
Status migrate(M& m, typename M::Process p, std::uint64_t first, std::uint64_t count) {
  if (!m.valid_process(p)) return Status::no_process;
  EverySpaceLock<M> lock(m);
  if (const auto status = may_act(m, p); status != Status::ok) return status;
  if (!in_user_space(m, first, count)) return Status::bad_range;
  const auto end = first + count;
  if (!covered(m.areas(p), first, end)) return Status::not_mapped;
  for (auto page = first; page < end;) {
    const auto at = walk(m, m.root(p), page);
    const auto next = at.level == 0 ? page + 1 : (page / M::fan + 1) * M::fan;
    if (at.level == 0 && at.entry.present()) {
      const bool moved = migrate_frame(m, at.entry.frame(), [&] { return m.allocate(); });
      if (moved) m.count(p, Count::copy);
    } else if (at.entry.huge() && page % M::fan == 0 && next <= end &&
               !m.pooled(at.entry.frame())) {
      if (migrate_huge(m, at.entry.frame())) m.count(p, Count::copy, M::fan);
    }
    page = next;
  }
  return Status::ok;
}

/// Empties the block of frames that takes the fewest copies, so that a huge page has room there.
/// Page tables stay where they are, and so do pinned pages. Linux: compact_memory.
template <class M>
Status compact(M& m, typename M::Process p) {
  if (!m.valid_process(p)) return Status::no_process;
  EveryPinsLock<M> pins(m);
  EverySpaceLock<M> lock(m);
  if (const auto status = may_act(m, p); status != Status::ok) return status;
  const auto head = m.block_to_empty();
  if (!head) return Status::ok;
  for (std::uint32_t i = 0; i < M::fan; ++i) {
    const auto allocate = [&] { return m.allocate_outside(*head); };
    if (migrate_frame(m, *head + i, allocate)) m.count(p, Count::copy);
  }
  m.note(Event::compact);
  return Status::ok;
}

}  // namespace cow::kernel
