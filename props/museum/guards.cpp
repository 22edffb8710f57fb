#include "props/museum/guards.h"

#include <array>

#include "props/museum/families.h"
#include "props/museum/open.h"

namespace cow::props::museum {

// clang-format off
std::span<const Exhibit> guards() {
  static constexpr std::array rows = {
      Exhibit{"guard-collapse", "a collapse takes the place of guards",
              "Linux selftest guard-regions, collapse",
              Law::permission, "", outside_steps, &open<CollapseDropsGuards>},
      Exhibit{"guard-dontneed", "a dontneed takes guards away",
              "Linux selftest guard-regions, madvise; zap_nonpresent_ptes",
              Law::permission, "", outside_steps, &open<DontneedDropsGuards>},
      Exhibit{"guard-fault", "a fault takes a guard for a page that is not there yet",
              "Linux do_swap_page, handle_pte_marker",
              Law::permission, "fault_read", "", &open<FaultOverlooksGuard>},
      Exhibit{"guard-fork", "a child has no guards",
              "Linux selftest guard-regions, fork; vma_needs_copy",
              Law::permission, "", knows_forks, &open<ForkDropsGuards>},
      Exhibit{"guard-remap", "guards stay behind when pages move",
              "Linux selftest guard-regions, mremap_move",
              Law::permission, "move_page", "", &open<MoveDropsGuards>},
  };
  return rows;
}
// clang-format on

}  // namespace cow::props::museum
