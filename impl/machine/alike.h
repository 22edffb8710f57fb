#pragma once

#include <cstring>

#include "impl/kernel/area.h"

namespace cow::machine {

/// Could the two areas be one, since `right` begins where `left` ends, they are alike in everything
/// else, and the pages that they show of an object are neighbours there, too? Compares all that an
/// area has, so that the kernel's own comparison (Area::continues_in) cannot hide anything here.
inline bool could_be_one(const kernel::Area& left, const kernel::Area& right) {
  if (left.end != right.first) return false;
  if (right.has_object() && right.offset != left.object_page(left.end)) return false;
  auto moved = right;
  moved.first = left.first;
  moved.end = left.end;
  moved.offset = left.offset;
  return std::memcmp(&left, &moved, sizeof moved) == 0;
}

}  // namespace cow::machine
