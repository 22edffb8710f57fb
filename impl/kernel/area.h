#pragma once

#include <algorithm>
#include <array>
#include <cstdint>

#include "impl/kernel/status.h"

namespace cow::kernel {

inline constexpr std::uint32_t no_object = ~0U;

/// A VMA: pages [first, end) of one process, mapped alike. The areas of a process are sorted,
/// disjoint and, where attributes allow, merged.
struct Area {
  std::uint64_t first = 0;
  std::uint64_t end = 0;
  std::uint64_t offset = 0;          ///< with an object: its page that `first` shows; else 0
  std::uint32_t object = no_object;  ///< the root table of the pages that all mappers see
  Access access = Access::none;
  bool huge : 1 = false;        ///< huge leaves are welcome (private areas only)
  bool dontfork : 1 = false;    ///< a child does not get it (MADV_DONTFORK)
  bool wipeonfork : 1 = false;  ///< a child gets it untouched (MADV_WIPEONFORK; anonymous only)
  bool cow : 1 = false;         ///< private: the object's pages are only its first ones
  bool hugetlb : 1 = false;     ///< huge leaves from the pool and nothing else (hugetlb.h)
  bool reserved : 1 = false;    ///< hugetlb, private: the pool owes its process every page
  bool lost : 1 = false;        ///< hugetlb: what was mapped was taken away for its owner
  bool wp : 1 = false;          ///< pages of it may be write-protected (Linux: VM_UFFD_WP)
  std::array<std::uint8_t, 2> pad{};

  /// Do its first pages come from an object: shared memory or the file?
  bool has_object() const { return object != no_object; }
  bool is_shared() const { return has_object() && !cow; }
  /// May an entry of it name a frame of its object for writing?
  bool writes_object() const { return may_write() && !cow; }
  bool may_read() const { return access != Access::none; }
  bool may_write() const { return access == Access::write; }
  Area without_writing() const {
    Area area = *this;
    area.access = std::min(access, Access::read);
    return area;
  }

  /// As a fork gives it to a child, to whom the pool owes nothing.
  Area of_child() const {
    Area area = *this;
    area.reserved = false;
    return area;
  }

  /// The object's page that `page` shows. REQUIRES: it has an object, and `page` lies in it.
  std::uint64_t object_page(std::uint64_t page) const { return offset + (page - first); }

  /// Can `next` be the rest of this area? Where its pages lie in the object counts too (row G17).
  bool continues_in(const Area& next) const {
    return end == next.first && object == next.object && access == next.access &&
           huge == next.huge && dontfork == next.dontfork && wipeonfork == next.wipeonfork &&
           cow == next.cow && hugetlb == next.hugetlb && reserved == next.reserved &&
           lost == next.lost && wp == next.wp && (!has_object() || object_page(end) == next.offset);
  }
};

}  // namespace cow::kernel
