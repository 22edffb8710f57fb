#pragma once

#include <algorithm>

#include "impl/kernel/area.h"
#include "impl/kernel/shared_object.h"

/// The sorted list of a process's areas. `list` is M::AreaList: `at` (array) and `size`, in the
/// machine's block, with room for one area a page, so that it never overflows.
/// REQUIRES for all that change it: the caller holds the space lock.
namespace cow::kernel {

/// Index of the first area that ends after `page`; list.size when there is none.
template <class List>
std::uint32_t lower_area(const List& list, std::uint64_t page) {
  std::uint32_t low = 0, high = list.size;
  while (low < high) {
    const auto middle = (low + high) / 2;
    if (list.at[middle].end <= page) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

template <class List>
const Area* find_area(const List& list, std::uint64_t page) {
  const auto i = lower_area(list, page);
  return i < list.size && list.at[i].first <= page ? &list.at[i] : nullptr;
}

template <class List>
bool touches_area(const List& list, std::uint64_t first, std::uint64_t end) {
  const auto i = lower_area(list, first);
  return i < list.size && list.at[i].first < end;
}

/// Is every page of [first, end) in some area?
template <class List>
bool covered(const List& list, std::uint64_t first, std::uint64_t end) {
  for (auto page = first; page < end;) {
    const Area* area = find_area(list, page);
    if (area == nullptr) return false;
    page = area->end;
  }
  return true;
}

template <class List>
void insert_area(List& list, const Area& area) {
  const auto i = lower_area(list, area.first);
  std::copy_backward(list.at + i, list.at + list.size, list.at + list.size + 1);
  list.at[i] = area;
  ++list.size;
}

/// Have the counts of objects room for the areas that carving at both ends makes?
template <class M, class List>
bool may_carve(const M& m, const List& list, std::uint64_t first, std::uint64_t end) {
  if (!m.counts_narrowly()) return true;
  const auto straddling = [&](std::uint64_t border) {
    const Area* const area = find_area(list, border);
    return area != nullptr && area->first < border && area->has_object() ? area : nullptr;
  };
  const Area *left = straddling(first), *right = straddling(end);
  const bool same = left != nullptr && right != nullptr && left->object == right->object;
  return (left == nullptr || m.can_get_table(left->object, same ? 2 : 1)) &&
         (right == nullptr || m.can_get_table(right->object));
}

/// Makes `page` a border: an area that straddles it becomes two.
template <class M, class List>
void carve(M& m, List& list, std::uint64_t page) {
  const auto i = lower_area(list, page);
  if (i == list.size || list.at[i].first >= page) return;
  Area upper = list.at[i];
  get_object(m, upper);
  if (upper.has_object()) upper.offset = upper.object_page(page);
  list.at[i].end = upper.first = page;
  insert_area(list, upper);
}

/// Joins neighbours that are mapped alike. Linux: vma_merge.
template <class M, class List>
void merge_areas(M& m, List& list) {
  std::uint32_t kept = 0;
  for (std::uint32_t i = 1; i < list.size; ++i) {
    Area& left = list.at[kept];
    const Area& right = list.at[i];
    if (M::Decisions::may_merge(m, left, right)) {
      left.end = right.end;
      put_object(m, right);
    } else {
      list.at[++kept] = right;
    }
  }
  if (list.size > 0) list.size = kept + 1;
}

/// Forgets the areas inside [first, end), whose entries are gone already.
/// REQUIRES: both ends are borders.
template <class M, class List>
void remove_areas(M& m, List& list, std::uint64_t first, std::uint64_t end) {
  const auto from = lower_area(list, first);
  auto to = from;
  for (; to < list.size && list.at[to].first < end; ++to) put_object(m, list.at[to]);
  std::copy(list.at + to, list.at + list.size, list.at + from);
  list.size -= to - from;
}

}  // namespace cow::kernel
