#pragma once

#include <optional>

#include "impl/kernel/account.h"
#include "impl/kernel/areas.h"
#include "impl/kernel/decisions.h"
#include "impl/kernel/huge_page.h"
#include "impl/kernel/walk.h"

/// Page tables that several processes share, after a fork on demand (on_demand.h). The entry of a
/// directory that names such a table lacks write permission: it is *common*, and as the hardware
/// ANDs the levels, nobody writes through it and nothing below it is exclusive (walk.h). The count
/// of a table is the number of directory entries that name it; a table below a common one is named
/// once for all who share the upper. So a frame has one reference for every table that maps it, not
/// for every process.
///
/// Whoever changes an entry owns the table first, from the root downwards: the last owner takes the
/// mark away, any other copies the table and lets go of it. Until then what is below a common entry
/// is as it was: another process may protect entries there, as fork does, which changes nothing
/// that a walk through a common entry sees. REQUIRES for all: the caller shares the space at least.
namespace cow::kernel {

/// Both directories name the table from now on. Linux: pmd_populate, as hugetlb's pmd_share.
/// REQUIRES: both are locked, and nothing is at `to`.
template <class M>
void share_entry(M& m, typename M::Frame from, typename M::Frame to, std::uint32_t index) {
  const auto entry = m.load_at(from, index);
  if (entry.writable()) m.store_at(from, index, entry.write_protected());
  m.get_table(entry.frame());
  m.store_at(to, index, entry.write_protected());
}

/// What a directory names gets another owner; a huge leaf another mapping, as at a fork.
/// REQUIRES: as share_entry. `base` is the first page of the table, `level` that of its entries.
template <class M>
void copy_directory(M& m, typename M::Process p, typename M::Frame from, typename M::Frame to,
                    int level, std::uint64_t base) {
  const auto list = m.areas(p);
  for (std::uint32_t i = 0; i < M::fan; ++i) {
    const auto entry = m.load_at(from, i);
    if (!entry.present()) continue;
    if (!entry.huge()) {
      share_entry(m, from, to, i);
      continue;
    }
    const auto page = base + i * span<M>(level);
    const Area* area = find_area(list, page);
    if (area == nullptr) continue;
    fork_huge(m, m.place(p, from, level, page), m.place(p, to, level, page), *area);
    m.count(p, Count::share);
  }
}

/// What a fork does to a page that no device holds: none is below a common entry.
template <class M>
void inherit_page(M& m, typename M::Place from, typename M::Place to,
                  const typename M::Area& area) {
  const auto entry = m.load(from);
  if (entry.swapped()) return fork_swapped(m, from, to);
  if (!entry.present()) return fork_guard(m, to, entry);
  share_frame(m, from, to, area, entry);
  m.count(to.process, Count::share);
}

/// The same as copy_directory for the pages of a level-0 table.
template <class M>
void copy_leaves(M& m, typename M::Process p, typename M::Frame from, typename M::Frame to,
                 std::uint64_t base) {
  const auto list = m.areas(p);
  for (auto i = lower_area(list, base); i < list.size && list.at[i].first < base + M::fan; ++i) {
    const auto end = std::min(base + M::fan, list.at[i].end);
    for (auto page = std::max(base, list.at[i].first); page < end; ++page) {
      inherit_page(m, m.place(p, from, 0, page), m.place(p, to, 0, page), list.at[i]);
    }
  }
}

/// Have the counts of all that a table names room for its copy? A frame or slot may be named more
/// than once, as the zero page is, and what was merged.
template <class M>
bool may_copy_table(const M& m, typename M::Frame table, int level) {
  if (!m.counts_narrowly()) return true;
  for (std::uint32_t i = 0; i < M::fan; ++i) {
    const auto entry = m.load_at(table, i);
    if (entry.empty()) continue;
    std::uint32_t times = 1;
    for (std::uint32_t j = 0; j < i && level == 0; ++j) {
      const auto other = m.load_at(table, j);
      const bool alike = !other.empty() && other.present() == entry.present();
      times += alike && other.frame() == entry.frame() ? 1U : 0U;
    }
    const bool can = entry.swapped()                ? m.can_get_slot(entry.slot(), times)
                     : names_table<M>(entry, level) ? m.can_get_table(entry.frame())
                     : level > 0                    ? m.can_get_huge(entry.frame())
                                                    : m.can_get(entry.frame(), times);
    if (!can) return false;
  }
  return true;
}

/// Makes the table that entry `page` of `table` names, at `level`, the process's own. False when
/// memory ran out. A processor may still be on its way through the old table, and must be done
/// before its other owner may think itself alone and change it (row E7). REQUIRES: `table` is the
/// process's own.
template <class M>
bool own_entry(M& m, typename M::Process p, typename M::Frame table, std::uint64_t page,
               int level) {
  TableLock<M> lock(m, table);
  const auto index = index_at<M>(page, level);
  const auto entry = m.load_at(table, index);
  // Since the first look, another CPU may have been here.
  if (!entry.present() || entry.huge() || entry.writable()) return true;
  const auto common = entry.frame();
  TableLock<M> inner(m, common);
  if (!M::Decisions::table_has_others(m, common, level - 1)) {
    m.store_at(table, index, M::Entry::table(common));
    return true;
  }
  if (!may_copy_table(m, common, level - 1)) return refuse_reference(m) == Status::ok;
  const auto twin = m.allocate_table();
  if (!twin.ok) return false;
  {
    TableLock<M> own(m, twin.frame);
    const auto base = page - page % span<M>(level);
    if (level == 1) {
      copy_leaves(m, p, common, twin.frame, base);
    } else {
      copy_directory(m, p, common, twin.frame, level - 1, base);
    }
  }
  m.note(Event::table_copy);
  m.store_at(table, index, M::Entry::table(twin.frame));
  m.flush_walks();
  m.put_table(common);
  return true;
}

/// As make_table, in the tree of a process: the table and all above it are its own afterwards, and
/// may be changed. Nothing when memory ran out; what it owns until then nobody can see.
template <class M>
std::optional<typename M::Frame> own_table(M& m, typename M::Process p, std::uint64_t page,
                                           int level) {
  auto table = m.root(p);
  for (int at = M::levels - 1; at > level; --at) {
    const auto index = index_at<M>(page, at);
    auto entry = m.load_at(table, index);
    if (!entry.present()) {
      if (!make_entry(m, table, index, &entry)) return std::nullopt;
    } else if (!entry.writable()) {
      if (!own_entry(m, p, table, page, at)) return std::nullopt;
      entry = m.load_at(table, index);
    }
    table = entry.frame();
  }
  return table;
}

/// The table in which a walk ended, the process's own.
template <class M>
std::optional<typename M::Frame> owned(M& m, typename M::Process p, std::uint64_t page,
                                       const Walk<M>& at) {
  if (!at.common) return at.table;
  return own_table(m, p, page, at.level);
}

/// Owns the tables on the path to `page`, as far as there are any, but those that lie in
/// [first, end) whole. False when memory ran out.
template <class M>
bool own_path(M& m, typename M::Process p, std::uint64_t page, std::uint64_t first,
              std::uint64_t end) {
  auto table = m.root(p);
  for (int level = M::levels - 1; level > 0; --level) {
    const auto index = index_at<M>(page, level);
    const auto entry = m.load_at(table, index);
    if (!entry.present() || entry.huge()) return true;
    const auto base = page - page % span<M>(level);
    if (first <= base && base + span<M>(level) <= end) return true;
    if (!entry.writable() && !own_entry(m, p, table, page, level)) return false;
    table = m.load_at(table, index).frame();
  }
  return true;
}

/// Before all of [first, end) goes: the tables that lie in it partly are the process's own
/// afterwards, those that lie in it whole need not be (drop_common). False when memory ran out.
template <class M>
bool own_ends(M& m, typename M::Process p, std::uint64_t first, std::uint64_t end, Change why) {
  if (!m.shares_tables() || !M::Decisions::owns_for(m, why)) return true;
  return own_path(m, p, first, first, end) && own_path(m, p, end - 1, first, end);
}

/// Before entries of [first, end) change: all its tables are the process's own afterwards. False
/// when memory ran out.
template <class M>
bool own_range(M& m, typename M::Process p, std::uint64_t first, std::uint64_t end, Change why) {
  if (!m.shares_tables() || !M::Decisions::owns_for(m, why)) return true;
  for (auto page = first; page < end;) {
    if (!own_path(m, p, page, end, end)) return false;
    const auto step = span<M>(std::max(1, walk(m, m.root(p), page).level));
    page = (page / step + 1) * step;
  }
  return true;
}

/// Lets go of one table that is common, named at `level`, with all below it; the last owner keeps
/// it, as its own. The process's translations go first, since others may free what they show (row
/// C3). `page`: the first that the table maps; `counted`: the process is charged with less by what
/// goes. REQUIRES: the space is the caller's alone.
template <class M>
void drop_table(M& m, typename M::Process p, typename M::Frame table, std::uint64_t page, int level,
                bool counted) {
  const auto index = index_at<M>(page, level);
  TableLock<M> lock(m, table);
  const auto common = m.load_at(table, index).frame();
  TableLock<M> inner(m, common);
  if (!M::Decisions::table_has_others(m, common, level - 1)) {
    return m.store_at(table, index, M::Entry::table(common));
  }
  if (counted) {
    Tab<M> tab(m, p);
    take_below(m, tab, common, level - 1, page);
  }
  m.store_at(table, index, M::Entry::none());
  m.flush_process(p);
  m.put_table(common);
}

/// Lets go of the common tables below `table` that lie in [first, end) whole, however much they
/// map. What is left there is the process's own. REQUIRES: as drop_table, and own_ends came first.
template <class M>
void drop_common(M& m, typename M::Process p, typename M::Frame table, int level,
                 std::uint64_t base, std::uint64_t first, std::uint64_t end, bool counted) {
  if (level == 0) return;
  const auto step = span<M>(level);
  const auto from = first > base ? (first - base) / step : 0;
  for (auto i = static_cast<std::uint32_t>(from); i < M::fan && base + i * step < end; ++i) {
    const auto at = base + i * step;
    const bool whole = first <= at && at + step <= end;
    auto entry = m.load_at(table, i);
    if (!entry.present() || entry.huge()) continue;
    if (!entry.writable() && whole) drop_table(m, p, table, at, level, counted);
    entry = m.load_at(table, i);
    if (entry.present()) drop_common(m, p, entry.frame(), level - 1, at, first, end, counted);
  }
}

/// Calls `act(place, sub)` on a leaf below a common entry, as on_leaf does: it may look, and count
/// itself at a frame. The directory of the topmost common entry is locked: while that entry stays,
/// nobody changes what is below. Not at all where the entry went just now.
template <class M, class Act>
void on_common_leaf(M& m, typename M::Process p, std::uint64_t page, Act act) {
  auto table = m.root(p);
  for (int level = M::levels - 1; level > 0; --level) {
    const auto index = index_at<M>(page, level);
    const auto entry = m.load_at(table, index);
    if (!entry.present() || entry.huge()) return;
    if (entry.writable()) {
      table = entry.frame();
      continue;
    }
    TableLock<M> lock(m, table);
    if (m.load_at(table, index) != entry) return;
    const auto at = walk_from<M>(m, entry.frame(), level - 1, page, true);
    if (at.level > 1 || !at.entry.present()) return;
    const bool huge = at.level == 1;
    auto place = m.place(p, at.table, at.level, huge ? page - page % M::fan : page);
    place.common = true;
    return act(place, huge ? static_cast<std::uint32_t>(page % M::fan) : 0U);
  }
}

}  // namespace cow::kernel
