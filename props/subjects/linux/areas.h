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

  bool operator==(const Area&) const = default;
};

/// What Linux says of the world's pages of one process; one entry a page. Empty when the process
/// cannot be looked at.
std::vector<Area> read_areas(Host& host, std::uint32_t process, std::uint32_t pages);

}  // namespace cow::props::live
