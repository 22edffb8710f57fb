#pragma once

#include <algorithm>

#include "impl/kernel/account.h"
#include "impl/kernel/areas.h"
#include "impl/kernel/huge_page.h"
#include "impl/kernel/may_act.h"
#include "impl/kernel/shared_table.h"

namespace cow::kernel {

/// Is [first, first + count) a range of user space? Written so that no sum can wrap (row G13).
template <class M>
bool in_user_space(const M& m, std::uint64_t first, std::uint64_t count) {
  return count > 0 && first >= m.user_first() && first < m.user_end() &&
         count <= m.user_end() - first;
}

/// Runs `act(end)` on a range of a living process, with the space its alone, or as `Lock` says:
/// what every system call on a range refuses comes first.
template <template <class> class Lock = SpaceLock, class M, class Act>
Status on_range(M& m, typename M::Process p, std::uint64_t first, std::uint64_t count, Act act) {
  if (!m.valid_process(p)) return Status::no_process;
  Lock<M> lock(m, p);
  if (const auto status = may_act(m, p); status != Status::ok) return status;
  if (!in_user_space(m, first, count)) return Status::bad_range;
  return act(first + count);
}

/// The pages that hold `length` bytes from `address` on; none when that is not a range of user
/// space.
struct Pages {
  std::uint64_t first = 0, end = 0;
  bool ok() const { return first < end; }
  bool several() const { return end - first > 1; }
};
template <class M>
Pages pages_of(const M& m, std::uint64_t address, std::uint64_t length) {
  const auto first = address / M::page_bytes;
  const auto most = M::page_bytes * (m.user_end() - m.user_first());
  if (length == 0 || length > most || !in_user_space(m, first, 1)) return {};
  const auto end = (address + length - 1) / M::page_bytes + 1;  // cannot wrap any more
  return in_user_space(m, first, end - first) ? Pages{first, end} : Pages{};
}

/// `on_page(page, offset, done, bytes)` for each page's part of a range of bytes, in order, while
/// it answers ok; `done` counts the bytes before.
template <class M, class OnPage>
Status for_each_part(std::uint64_t address, std::uint64_t length, OnPage on_page) {
  for (std::uint64_t done = 0; done < length;) {
    const auto offset = (address + done) % M::page_bytes;
    const auto bytes = std::min(M::page_bytes - offset, length - done);
    const auto status =
        on_page((address + done) / M::page_bytes, static_cast<std::uint32_t>(offset), done,
                static_cast<std::uint32_t>(bytes));
    if (status != Status::ok) return status;
    done += bytes;
  }
  return Status::ok;
}

/// Splits the huge leaf that straddles `border`, if there is one.
template <class M>
Status split_at(M& m, typename M::Process p, std::uint64_t border) {
  if (border % M::fan == 0) return Status::ok;
  const auto at = walk(m, m.root(p), border);
  if (at.level != 1 || !at.entry.huge()) return Status::ok;
  const auto own = owned(m, p, border, at);
  if (!own) return Status::no_memory;
  TableLock<M> lock(m, *own);
  const auto place = m.place(p, *own, 1, border);
  return watch_split(m, place, [&] { return split_huge(m, place); });
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
  if (!may_carve(m, m.areas(p), first, end)) return refuse_reference(m);
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

/// Visits the place of every entry of [first, end), small ones and huge leaves, under its table's
/// lock. For changes that no account sees. REQUIRES: no huge leaf sticks out of the range.
template <class M, class OnPage, class OnHuge>
void for_each_place(M& m, typename M::Process p, std::uint64_t first, std::uint64_t end,
                    OnPage on_page, OnHuge on_huge) {
  for_each_leaf(
      m, m.root(p), first, end,
      [&](auto table, std::uint64_t page, std::uint32_t count) {
        TableLock<M> lock(m, table);
        for (auto at = page; at < page + count; ++at) on_page(m.place(p, table, 0, at));
        return true;
      },
      [&](auto table, std::uint64_t page) {
        TableLock<M> lock(m, table);
        on_huge(m.place(p, table, 1, page));
        return true;
      });
}

/// Splits every huge leaf in [first, end), so that each page has an entry. False when memory ran
/// out. REQUIRES: none sticks out of the range.
template <class M>
bool split_leaves(M& m, typename M::Process p, std::uint64_t first, std::uint64_t end) {
  return for_each_leaf(
      m, m.root(p), first, end, [](auto, std::uint64_t, std::uint32_t) { return true; },
      [&](auto table, std::uint64_t page) {
        TableLock<M> lock(m, table);
        const auto place = m.place(p, table, 1, page);
        return watch_split(m, place, [&] { return split_huge(m, place); }) == Status::ok;
      });
}

/// Changes `count` small entries of one table from `page` on, under its lock, and charges the
/// process with what that comes to.
template <class M, class ChangePage>
void change_charged(M& m, typename M::Process p, typename M::Frame table, std::uint64_t page,
                    std::uint32_t count, ChangePage change) {
  TableLock<M> lock(m, table);
  Tab<M> tab(m, p);
  for (auto at = page; at < page + count; ++at) {
    const auto place = m.place(p, table, 0, at);
    const auto before = m.peek_at(table, place.index);
    change(place);
    tab.changed(at, before, m.peek_at(table, place.index), 0);
  }
}

/// Drops every mapping in [first, end), huge and small. REQUIRES: as zap_range.
template <class M>
void zap_leaves(M& m, typename M::Process p, std::uint64_t first, std::uint64_t end) {
  Gather<M> owed(m, p);
  for_each_leaf(
      m, m.root(p), first, end,
      [&](auto table, std::uint64_t page, std::uint32_t count) {
        change_charged(m, p, table, page, count, [&](auto place) { zap_page(m, place, owed); });
        return true;
      },
      [&](auto table, std::uint64_t page) {
        TableLock<M> lock(m, table);
        Tab<M> tab(m, p);
        const auto place = m.place(p, table, 1, page);
        const auto before = m.peek_at(table, place.index);
        zap_huge(m, place, owed);
        tab.changed(page, before, m.peek_at(table, place.index), 1);
        return true;
      });
}

/// Drops every mapping in [first, end), huge and small, and the tables that this empties. Tables
/// that others have, too, go as they are.
/// REQUIRES: no huge leaf sticks out of the range, nor does a common table (own_ends), and the
/// space is the caller's alone.
template <class M>
void zap_range(M& m, typename M::Process p, std::uint64_t first, std::uint64_t end) {
  if (m.shares_tables()) drop_common(m, p, m.root(p), M::levels - 1, 0, first, end, true);
  zap_leaves(m, p, first, end);
  free_empty_tables(m, m.root(p), M::levels - 1, 0, first, end);
}

}  // namespace cow::kernel
