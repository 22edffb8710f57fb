#pragma once

#include "impl/kernel/hugetlb_range.h"
#include "impl/kernel/range.h"

/// mremap: pages move to another place of the same process, with whatever holds them.
namespace cow::kernel {

/// From where to where, within one process.
struct Move {
  std::uint64_t first, end, to;

  std::uint64_t moved(std::uint64_t page) const { return to + (page - first); }
};

/// Splits the huge leaves that cannot move as one, since the two ends of the move lie differently
/// within a huge page. False when memory ran out.
template <class M>
bool split_for_move(M& m, typename M::Process p, const Move& move) {
  if ((move.to - move.first) % M::fan == 0) return true;
  return split_leaves(m, p, move.first, move.end);
}

/// Makes the tables that the move will fill. False when memory ran out. A huge leaf needs the
/// place of a table, so what is empty goes first.
template <class M>
bool make_tables_for_move(M& m, typename M::Process p, const Move& move) {
  free_empty_tables(m, m.root(p), M::levels - 1, 0, move.to, move.moved(move.end));
  return for_each_leaf(
      m, m.root(p), move.first, move.end,
      [&](auto, std::uint64_t page, std::uint32_t count) {
        return make_table(m, m.root(p), move.moved(page), 0) &&
               make_table(m, m.root(p), move.moved(page + count - 1), 0);
      },
      [&](auto, std::uint64_t page) {
        return make_table(m, m.root(p), move.moved(page), 1).has_value();
      });
}

/// Moves one leaf, which is not write-protected any more (Linux 0cef0bb836e3). Between the two
/// locks nobody finds it, and the space is the caller's alone.
template <class M>
void move_leaf(M& m, typename M::Place from, typename M::Place to) {
  typename M::Entry entry;
  {
    TableLock<M> lock(m, from.table);
    entry = lift_page(m, from);
  }
  if (entry.empty() && !entry.guard()) return;
  TableLock<M> lock(m, to.table);
  m.note(Event::move);
  m.store(to, entry.with_wp(false));
}

/// REQUIRES: every table is there, and nothing at the destination.
template <class M>
void move_leaves(M& m, typename M::Process p, const Move& move) {
  const auto place_at = [&](auto table, int level, std::uint64_t page) {
    return m.place(p, table, level, page);
  };
  for_each_leaf(
      m, m.root(p), move.first, move.end,
      [&](auto table, std::uint64_t page, std::uint32_t count) {
        for (auto i = page; i < page + count; ++i) {
          const auto there = walk(m, m.root(p), move.moved(i)).table;
          move_leaf(m, place_at(table, 0, i), place_at(there, 0, move.moved(i)));
        }
        return true;
      },
      [&](auto table, std::uint64_t page) {
        const auto there = walk(m, m.root(p), move.moved(page)).table;
        move_leaf(m, place_at(table, 1, page), place_at(there, 1, move.moved(page)));
        return true;
      });
}

/// The areas follow. What they show of an object stays what it is.
template <class M, class List>
void move_areas(M& m, List& list, const Move& move) {
  for (auto i = lower_area(list, move.first); i < list.size && list.at[i].first < move.end;) {
    Area area = list.at[i];
    std::copy(list.at + i + 1, list.at + list.size, list.at + i);
    --list.size;
    area.end = move.moved(area.end);
    area.first = move.moved(area.first);
    insert_area(list, area);
    if (move.to < move.first) ++i;  // it now lies before those that are to follow
  }
  merge_areas(m, list);
}

/// Splits and makes whatever the move needs: all that can run out of memory.
template <class M>
Status prepare_move(M& m, typename M::Process p, const Move& move) {
  if (!may_carve(m, m.areas(p), move.first, move.end)) return refuse_reference(m);
  const bool own = own_range(m, p, move.first, move.end, Change::remap) &&
                   own_range(m, p, move.to, move.moved(move.end), Change::remap);
  if (!own) return Status::no_memory;
  const auto status = split_ends(m, p, move.first, move.end);
  if (status != Status::ok) return status;
  if (split_for_move(m, p, move) && make_tables_for_move(m, p, move)) return Status::ok;
  free_empty_tables(m, m.root(p), M::levels - 1, 0, move.to, move.moved(move.end));
  return Status::no_memory;
}

/// The kernel's mremap with MREMAP_FIXED, for a destination where nothing is mapped. Linux:
/// move_page_tables.
template <class M>
Status remap(M& m, typename M::Process p, std::uint64_t first, std::uint64_t count,
             std::uint64_t to) {
  return on_range(m, p, first, count, [&](std::uint64_t end) {
    if (!in_user_space(m, to, count)) return Status::bad_range;
    const Move move{first, end, to};
    if (to < end && first < move.moved(end)) return Status::bad_range;
    auto list = m.areas(p);
    if (!covered(list, first, end)) return Status::not_mapped;
    if (touches_area(list, to, move.moved(end))) return Status::occupied;
    if (cuts_hugetlb<M>(list, first, end)) return Status::invalid;
    if ((to - first) % M::fan != 0 && has_hugetlb(list, first, end)) return Status::invalid;
    if (const auto status = prepare_move(m, p, move); status != Status::ok) return status;
    carve(m, list, first);
    carve(m, list, end);
    move_leaves(m, p, move);
    move_areas(m, list, move);
    free_empty_tables(m, m.root(p), M::levels - 1, 0, first, end);
    return Status::ok;
  });
}

}  // namespace cow::kernel
