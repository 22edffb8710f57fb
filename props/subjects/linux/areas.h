#pragma once

#include <cstdint>
#include <vector>

#include "model/op.h"
#include "props/subjects/linux/host.h"

namespace cow::props::live {

/// A page as Linux has it mapped, from /proc/PID/maps.
struct Area {
  bool mapped = false;
  model::Access access = model::Access::none;
  bool shared = false;
  bool file = false;            ///< of the file of the world
  std::uint64_t file_base = 0;  ///< where page 0 would lie in it (mod 2^64), in bytes

  /// Where the page lies in the file, in bytes.
  std::uint64_t file_at(std::uint32_t page, std::uint32_t real_bytes) const {
    return file_base + std::uint64_t{page} * real_bytes;
  }

  bool operator==(const Area&) const = default;
};

/// What Linux says of the world's pages of one process; one entry a page. Empty when the process
/// cannot be looked at.
std::vector<Area> read_areas(Host& host, std::uint32_t process, std::uint32_t pages);

}  // namespace cow::props::live
