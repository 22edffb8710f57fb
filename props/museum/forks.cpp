#include "props/museum/forks.h"

#include <array>

#include "props/museum/families.h"
#include "props/museum/open.h"

namespace cow::props::museum {

// clang-format off
std::span<const Exhibit> forks() {
  static constexpr std::array rows = {
      Exhibit{"G1", "a fork that ran out of memory leaks the child's root table",
              "starry tgoskits #2096", Law::exact_count, "", outside_steps, &open<RollbackLeaks>},
      Exhibit{"G2", "the rollback of fork gives the parent write permission back",
              "nanvix #2515", Law::sole_writer, "", outside_steps, &open<RollbackRestoresWrite>},
      Exhibit{"G15", "fork write-protects the child's side only",
              "mitos #771", Law::sole_writer, "fork_page", "", &open<ForkProtectsChildOnly>},
  };
  return rows;
}
// clang-format on

}  // namespace cow::props::museum
