#include "props/museum/guards.h"

#include <array>

#include "props/museum/families.h"
#include "props/museum/open.h"

namespace cow::props::museum {

// clang-format off
std::span<const Exhibit> guards() {
  static constexpr std::string_view not_proved = "guards are not proved yet";
  static constexpr std::array rows = {
      Exhibit{"guard-collapse", "a collapse takes the place of guards",
              "Linux selftest guard-regions, collapse",
              Law::permission, "", not_proved, &open<CollapseDropsGuards>},
      Exhibit{"guard-dontneed", "a dontneed takes guards away",
              "Linux selftest guard-regions, madvise; zap_nonpresent_ptes",
              Law::permission, "", not_proved, &open<DontneedDropsGuards>},
      Exhibit{"guard-fault", "a fault takes a guard for a page that is not there yet",
              "Linux do_swap_page, handle_pte_marker",
              Law::permission, "", not_proved, &open<FaultOverlooksGuard>},
      Exhibit{"guard-fork", "a child has no guards",
              "Linux selftest guard-regions, fork; vma_needs_copy",
              Law::permission, "", not_proved, &open<ForkDropsGuards>},
      Exhibit{"guard-remap", "guards stay behind when pages move",
              "Linux selftest guard-regions, mremap_move",
              Law::permission, "", not_proved, &open<MoveDropsGuards>},
  };
  return rows;
}
// clang-format on

}  // namespace cow::props::museum
