#pragma once

#include "impl/kernel/area.h"
#include "impl/kernel/huge_page.h"
#include "impl/kernel/small_page.h"
#include "impl/kernel/walk.h"

/// A shared mapping stands on an object: a page table of its own whose leaves hold the frames that
/// all mappers see (Linux: shmem's page cache). The object is named by its root table, and the
/// reference count of that table is the number of areas which name it. The file is an object, too,
/// which the machine names once more, so that it outlives its mappings (Linux: memfd_create(2)); a
/// private mapping of it begins with the object's pages.
namespace cow::kernel {

template <class M>
void get_object(M& m, const Area& area) {
  if (area.has_object()) m.get_table(area.object);
}

/// Drops one area's reference; the last one frees the pages and the tables. Whether it is the last
/// is decided in one step with the drop: two that looked first would both leave it to the other.
template <class M>
void put_object(M& m, const Area& area) {
  if (!area.has_object() || m.put_table_unless_last(area.object)) return;
  const auto end = span<M>(M::levels);
  for_each_leaf(
      m, area.object, 0, end,
      [&](auto table, std::uint64_t page, std::uint32_t count) {
        TableLock<M> lock(m, table);
        for (std::uint32_t i = 0; i < count; ++i) zap_page(m, m.object_place(table, page + i));
        return true;
      },
      [&](auto table, std::uint64_t page) {
        TableLock<M> lock(m, table);
        zap_huge(m, m.object_place(table, page, 1));
        return true;
      });
  free_empty_tables(m, area.object, M::levels - 1, 0, 0, end);
  m.put_table(area.object);
}

/// Is the page still the object's, as it was when the mapping was made? Its bytes are not the
/// process's own to put away, nor to copy at fork. REQUIRES: the space is the caller's alone, so
/// that the object has what the entry names.
template <class M>
typename M::Bool shows_object(M& m, const typename M::Area& area, std::uint64_t page,
                              const typename M::Entry& entry) {
  if (!area.has_object() || !entry.present()) return false;
  const auto held = walk(m, area.object, area.object_page(page));
  return held.level <= 1 && held.entry.present() && held.entry.frame() == entry.frame();
}

}  // namespace cow::kernel
