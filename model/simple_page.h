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

}  // namespace cow::model
