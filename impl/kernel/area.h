#pragma once

#include <cstdint>

#include "impl/kernel/status.h"

namespace cow::kernel {

inline constexpr std::uint32_t no_object = ~0U;

/// A VMA: pages [first, end) of one process, mapped alike. The areas of a process are sorted,
/// disjoint and, where attributes allow, merged.
struct Area {
  std::uint64_t first = 0;
  std::uint64_t end = 0;
  std::uint64_t offset = 0;          ///< shared: the object's page that `first` shows; else 0
  std::uint32_t object = no_object;  ///< shared: the root table of the pages that all mappers see
  Access access = Access::none;
  bool huge = false;        ///< huge leaves are welcome (private areas only)
  bool dontfork = false;    ///< a child does not get it (MADV_DONTFORK)
  bool wipeonfork = false;  ///< a child gets it untouched (MADV_WIPEONFORK; private areas only)

  bool is_shared() const { return object != no_object; }
  bool may_read() const { return access != Access::none; }
  bool may_write() const { return access == Access::write; }

  /// The object's page that `page` shows. REQUIRES: shared, and `page` lies in it.
  std::uint64_t object_page(std::uint64_t page) const { return offset + (page - first); }

  /// Can `next` be the rest of this area? Where its pages lie in the object counts too (row G17).
  bool continues_in(const Area& next) const {
    return end == next.first && object == next.object && access == next.access &&
           huge == next.huge && dontfork == next.dontfork && wipeonfork == next.wipeonfork &&
           (!is_shared() || object_page(end) == next.offset);
  }
};

}  // namespace cow::kernel
