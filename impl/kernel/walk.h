#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>

#include "impl/kernel/lock.h"

/// Page tables: `M::levels` of them, `M::fan` entries each. Level 0 holds small leaves (PTEs),
/// level 1 huge leaves or tables of PTEs (PMDs), the root is level M::levels - 1.
namespace cow::kernel {

/// How many pages one entry of a level spans.
template <class M>
constexpr std::uint64_t span(int level) {
  return std::uint64_t{1} << (M::fan_bits * static_cast<unsigned>(level));
}

template <class M>
constexpr std::uint32_t index_at(std::uint64_t page, int level) {
  return static_cast<std::uint32_t>(page / span<M>(level)) & (M::fan - 1);
}

/// Where a walk ended: the lowest entry on the path to a page.
template <class M>
struct Walk {
  typename M::Frame table;  ///< the table that the entry lies in
  int level;                ///< 0, or higher when a huge leaf or an empty entry ended the walk
  typename M::Entry entry;  ///< with what all levels together allow
  bool common;              ///< others have the table too, or one above it (shared_table.h)
};

/// The rest of a walk, from `table` of `level` on.
template <class M>
Walk<M> walk_from(const M& m, typename M::Frame table, int level, std::uint64_t page, bool common) {
  for (;; --level) {
    const auto entry = m.load_at(table, index_at<M>(page, level));
    if (level == 0 || !entry.present() || entry.huge()) {
      return {table, level, common ? entry.as_common() : entry, common};
    }
    common = common || !static_cast<bool>(entry.writable());
    table = entry.frame();
  }
}

template <class M>
Walk<M> walk(const M& m, typename M::Frame root, std::uint64_t page) {
  return walk_from<M>(m, root, M::levels - 1, page, false);
}

/// Puts a table where the directory names none; another CPU may be faster. False when memory ran
/// out.
template <class M>
bool make_entry(M& m, typename M::Frame table, std::uint32_t index, typename M::Entry* entry) {
  TableLock<M> lock(m, table);
  *entry = m.load_at(table, index);  // since the first look, another CPU may have been here
  if (entry->present()) return true;
  const auto fresh = m.allocate_table();
  if (!fresh.ok) return false;
  *entry = M::Entry::table(fresh.frame);
  m.store_at(table, index, *entry);
  return true;
}

/// The table of `level` on the path to `page`, made with all above it where it lacks.
/// Nothing when memory ran out; tables made until then stay, empty, until the range is unmapped.
/// Looks without a lock first: a table that is there stays as long as the space is shared.
/// REQUIRES: no huge leaf on the path above `level`, and no common entry (own_table does those).
template <class M>
std::optional<typename M::Frame> make_table(M& m, typename M::Frame root, std::uint64_t page,
                                            int level) {
  auto table = root;
  for (int at = M::levels - 1; at > level; --at) {
    const auto index = index_at<M>(page, at);
    auto entry = m.load_at(table, index);
    if (!entry.present() && !make_entry(m, table, index, &entry)) return std::nullopt;
    table = entry.frame();
  }
  return table;
}

/// Visits what is mapped in pages [first, end) in order: `on_table(table, page, count)` for every
/// run of `count` entries of one PTE table from `page` on, `on_huge(table, page)` for every huge
/// leaf. Either may return false to stop; then false is the answer.
/// REQUIRES: no huge leaf sticks out of the range.
template <class M, class OnTable, class OnHuge>
bool for_each_leaf(M& m, typename M::Frame root, std::uint64_t first, std::uint64_t end,
                   OnTable on_table, OnHuge on_huge) {
  for (auto page = first; page < end;) {
    const auto at = walk(m, root, page);
    const auto step = at.level == 0 ? span<M>(1) : span<M>(at.level);
    const auto next = std::min(end, (page / step + 1) * step);
    if (at.level == 0) {
      if (!on_table(at.table, page, static_cast<std::uint32_t>(next - page))) return false;
    } else if (at.entry.present()) {
      if (!on_huge(at.table, page)) return false;
    }
    page = next;
  }
  return true;
}

/// Frees the tables below `table` that are empty and lie on the path of [first, end).
/// `base` is the first page that `table` spans.
template <class M>
void free_empty_tables(M& m, typename M::Frame table, int level, std::uint64_t base,
                       std::uint64_t first, std::uint64_t end) {
  if (level == 0) return;
  const auto step = span<M>(level);
  const auto from = first > base ? (first - base) / step : 0;
  for (auto i = static_cast<std::uint32_t>(from); i < M::fan && base + i * step < end; ++i) {
    const auto entry = m.load_at(table, i);
    if (!entry.present() || entry.huge()) continue;
    free_empty_tables(m, entry.frame(), level - 1, base + i * step, first, end);
    if (!m.table_empty(entry.frame())) continue;
    TableLock<M> lock(m, table);
    m.store_at(table, i, M::Entry::none());
    m.flush_walks();  // a processor may be on its way through the table (row C17)
    m.put_table(entry.frame());
  }
}

}  // namespace cow::kernel
