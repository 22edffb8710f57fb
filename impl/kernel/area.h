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
  std::uint32_t object = no_object;  ///< shared: the root table of the pages that all mappers see
  Access access = Access::none;
  bool huge = false;      ///< huge leaves are welcome (private areas only)
  std::uint16_t pad = 0;  ///< keeps every byte of the flat block defined

  bool is_shared() const { return object != no_object; }
  bool may_read() const { return access != Access::none; }
  bool may_write() const { return access == Access::write; }

  bool same_attributes(const Area& o) const {
    return object == o.object && access == o.access && huge == o.huge;
  }
};

}  // namespace cow::kernel
