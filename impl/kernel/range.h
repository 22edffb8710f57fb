#pragma once

#include "impl/kernel/areas.h"
#include "impl/kernel/huge_page.h"

namespace cow::kernel {

/// Is [first, first + count) a range of user space? Written so that no sum can wrap (row G13).
template <class M>
bool in_user_space(const M& m, std::uint64_t first, std::uint64_t count) {
  return count > 0 && first >= m.user_first() && first < m.user_end() &&
         count <= m.user_end() - first;
}

/// Runs `act(end)` on a range of a living process, with the space its alone: what every system call
/// on a range refuses comes first.
template <class M, class Act>
Status on_range(M& m, typename M::Process p, std::uint64_t first, std::uint64_t count, Act act) {
  if (!m.valid_process(p)) return Status::no_process;
  SpaceLock<M> lock(m, p);
  if (!m.alive(p)) return Status::no_process;
  if (!in_user_space(m, first, count)) return Status::bad_range;
  return act(first + count);
}

/// Splits the huge leaf that straddles `border`, if there is one.
template <class M>
Status split_at(M& m, typename M::Process p, std::uint64_t border) {
  if (border % M::fan == 0) return Status::ok;
  const auto at = walk(m, m.root(p), border);
  if (at.level != 1 || !at.entry.huge()) return Status::ok;
  TableLock<M> lock(m, at.table);
  return split_huge(m, m.place(p, at.table, 1, border));
}

/// Makes the ends of a range borders of leaves, before anything of it changes: this is the only
/// part of unmap and protect that can run out of memory.
template <class M>
Status split_ends(M& m, typename M::Process p, std::uint64_t first, std::uint64_t end) {
  if (const auto status = split_at(m, p, first); status != Status::ok) return status;
  return split_at(m, p, end);
}

/// `change(area)` for every area of [first, end), whose ends become borders of areas and of leaves.
/// REQUIRES: the range is covered by areas, and the space is the caller's alone.
template <class M, class Change>
Status change_areas(M& m, typename M::Process p, std::uint64_t first, std::uint64_t end,
                    Change change) {
  if (const auto status = split_ends(m, p, first, end); status != Status::ok) return status;
  auto list = m.areas(p);
  carve(m, list, first);
  carve(m, list, end);
  for (auto i = lower_area(list, first); i < list.size && list.at[i].first < end; ++i) {
    change(list.at[i]);
  }
  merge_areas(m, list);
  return Status::ok;
}

/// Drops every mapping in [first, end), huge and small, and the tables that this empties.
/// REQUIRES: no huge leaf sticks out of the range, and the space is the caller's alone.
template <class M>
void zap_range(M& m, typename M::Process p, std::uint64_t first, std::uint64_t end) {
  for_each_leaf(
      m, m.root(p), first, end,
      [&](auto table, std::uint64_t page, std::uint32_t count) {
        TableLock<M> lock(m, table);
        for (std::uint32_t i = 0; i < count; ++i) zap_page(m, m.place(p, table, 0, page + i));
        return true;
      },
      [&](auto table, std::uint64_t page) {
        TableLock<M> lock(m, table);
        zap_huge(m, m.place(p, table, 1, page));
        return true;
      });
  free_empty_tables(m, m.root(p), M::levels - 1, 0, first, end);
}

}  // namespace cow::kernel
