#pragma once

#include <vector>

#include "fuzz/idioms.h"
#include "fuzz/ops.h"

/// What most stories begin with.
namespace cow::fuzz {

using Ops = std::vector<model::Op>;

/// Maps a small page, or a whole huge one, whatever was there before, and writes into it.
inline Ops filled(Scene& s, bool huge) {
  const Pages pages = huge ? Pages{s.block, s.fan} : Pages{s.page, 1};
  return {unmap(s.parent, pages), map(s.parent, pages, huge),
          write(s.parent, s.cpu(), pages.first, pages.count * s.page_bytes, s.value())};
}

inline Ops after(Ops first, const Ops& rest) {
  first.insert(first.end(), rest.begin(), rest.end());
  return first;
}

}  // namespace cow::fuzz
