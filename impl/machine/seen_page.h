#pragma once

#include "impl/kernel/area.h"
#include "impl/machine/entry.h"

namespace cow::machine {

/// What a process sees of one page, read from its area and its page table, past the TLBs.
template <class Geometry>
struct SeenPage {
  const kernel::Area* area = nullptr;   ///< null where nothing is mapped
  const std::uint8_t* bytes = nullptr;  ///< null where no frame holds the page yet: zeroes
  Entry<Geometry> entry;                ///< as if it were small
  bool mapped = false;
  kernel::Access access = kernel::Access::none;
  bool huge = false;  ///< the entry is part of a huge leaf
};

/// Only anonymous private memory is write-protected by its process (impl/kernel/uffd.h), or has
/// guards (guard.h).
template <class Geometry>
bool may_have_marker(const SeenPage<Geometry>& page) {
  return page.area != nullptr && !page.area->has_object();
}

}  // namespace cow::machine
