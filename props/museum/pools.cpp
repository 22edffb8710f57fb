#include "props/museum/pools.h"

#include <array>

#include "props/museum/families.h"
#include "props/museum/open.h"

namespace cow::props::museum {

// clang-format off
std::span<const Exhibit> pools() {
  static constexpr std::string_view terms = "terms have no pools";
  static constexpr std::array rows = {
      Exhibit{"pool-twice", "a frame that became free is in the pools of two CPUs", "",
              Law::no_dangling, "", terms, &open<PooledTwice>},
      Exhibit{"pool-undrained", "memory is said to have run out while other CPUs keep frames", "",
              Law::frugal, "", terms, &open<PoolsNotDrained>},
      Exhibit{"pool-dirty", "what comes from a pool is believed to be zeroed", "",
              Law::no_disclosure, "", terms, &open<PoolsBelievedClean>},
      Exhibit{"pool-batch", "a batch for a pool loses a frame", "",
              Law::exact_count, "", terms, &open<BatchLosesOne>},
  };
  return rows;
}
// clang-format on

}  // namespace cow::props::museum
