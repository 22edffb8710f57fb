#include "props/museum/uffd.h"

#include <array>

#include "props/museum/families.h"
#include "props/museum/open.h"

namespace cow::props::museum {

// clang-format off
std::span<const Exhibit> uffd() {
  static constexpr std::array rows = {
      Exhibit{"A11", "a forced write goes to a page that is write-protected",
              "Linux 5535be309971",
              Law::permission, "reach_force", "", &open<ForceOverlooksWp>},
      Exhibit{"A21-wp", "a pin for reading copies a page, and the copy is not write-protected",
              "Linux selftest uffd-unit-tests, wp-fork-pin",
              Law::permission, "unshare", "", &open<UnshareForgetsWp>},
      Exhibit{"C2-wp", "a page is write-protected, and a translation for writing stays",
              "Linux 6ce64428d62026 (mm/userfaultfd: fix memory corruption due to writeprotect)",
              Law::tlb_coherent, "write_protect_page", "", &open<WpWithoutFlush>},
      Exhibit{"D5-wp", "an entry of swap forgets that its page is write-protected",
              "Linux 179ef71cbc08, of uffd-wp",
              Law::permission, "swap_out", "", &open<SwapForgetsWp>, Law::frugal},
      Exhibit{"D7-wp", "mprotect grants write permission to a page that is write-protected",
              "Linux 76aefad628aa, of uffd-wp",
              Law::permission, "protect_page", "", &open<ProtectOverlooksWp>},
      Exhibit{"D8-wp", "a migration grants write permission to a page that is write-protected",
              "Linux, read-only page got writable when recover pte (2022)",
              Law::permission, "", concrete_places, &open<MigrateOverlooksWp>},
      Exhibit{"D8-wp-split", "a split forgets that the huge page is write-protected",
              "Linux __split_huge_pmd_locked, uffd_wp",
              Law::permission, "split_huge", "", &open<SplitForgetsWp>},
      Exhibit{"D24", "a write to a page that is not there yet overlooks that it is write-protected",
              "Linux 60d5b473d61b",
              Law::permission, "fault_write", "", &open<MissingGoesFirst>},
      Exhibit{"D24-huge", "a write to a huge page overlooks that it is write-protected",
              "Linux do_huge_pmd_wp_page, userfaultfd_huge_pmd_wp",
              Law::permission, "", "asked before the step, which may rely on it",
              &open<HugeIsNotAsked>},
      Exhibit{"D24-swap", "a write to a page in swap overlooks that it is write-protected",
              "Linux do_swap_page, pte_swp_uffd_wp",
              Law::permission, "fault_write", "", &open<SwappedGoesFirst>},
      Exhibit{"D25", "a collapse drops the markers of pages that are write-protected",
              "Linux deb4c93a9871",
              Law::permission, "", outside_steps, &open<CollapseDropsMarkers>},
      Exhibit{"wp-fork", "a child inherits write protection",
              "Linux selftest uffd-unit-tests, wp-fork",
              Law::permission, "", knows_forks, &open<ChildKeepsWp>},
      Exhibit{"wp-remap", "a page that moves keeps its write protection",
              "Linux 0cef0bb836e3",
              Law::permission, "move_page", "", &open<MovedKeepsWp>},
  };
  return rows;
}
// clang-format on

}  // namespace cow::props::museum
