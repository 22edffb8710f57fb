#pragma once

#include <cstdint>
#include <map>
#include <memory>

#include "model/op.h"

// What the second model (simple_model.h) is made of.

namespace cow::model {

using Written = std::map<std::uint32_t, std::uint8_t>;  ///< the bytes ever written

struct SimplePage {
  Access access = Access::none;
  bool shared = false;
  bool dontfork = false, wipeonfork = false;
  std::uint32_t unit = 1;  ///< pages of the huge page from the pool that it is part of
  bool wp = false, guard = false;
  bool clean = false;  ///< private: not written since clear_refs
  std::shared_ptr<Written> bytes;
  std::shared_ptr<Written> file;  ///< the page of the file that it was mapped of; else null
};
struct SimplePin {
  Access access = Access::none;
  std::shared_ptr<Written> bytes;  ///< null: not held
};
using Space = std::map<std::uint64_t, SimplePage>;    ///< by page number
inline constexpr std::uint64_t pool_file = 1U << 20;  ///< where the pages of the pool's file begin

inline bool shows_file(const SimplePage& page) { return page.file && page.bytes == page.file; }

/// What a fork gives to the child.
inline Space copy_for_child(Space space) {
  std::erase_if(space, [](const auto& entry) { return entry.second.dontfork; });
  for (auto& [number, page] : space) {
    page.wp = false;
    if (page.shared || shows_file(page)) continue;
    if (page.wipeonfork) page.guard = page.clean = false;
    page.bytes =
        page.wipeonfork ? std::make_shared<Written>() : std::make_shared<Written>(*page.bytes);
  }
  return space;
}

}  // namespace cow::model
