#include "props/museum/soft_dirty.h"

#include <array>

#include "props/museum/families.h"
#include "props/museum/open.h"

namespace cow::props::museum {

// clang-format off
std::span<const Exhibit> soft_dirty() {
  static constexpr std::array rows = {
      Exhibit{"A11-mark", "a forced write, and its page still counts as not written",
              "Linux 5535be309971, can_follow_write_pte asks for soft-dirty",
              Law::accounted, "reach_force", "", &open<ForceIsNotNoted>},
      Exhibit{"A17-mark", "what a device holds counts as not written, whatever the device writes",
              "Linux C3 [6], clear_soft_dirty: pte_is_pinned",
              Law::accounted, "clear_page_refs", "", &open<ClearsWhatIsPinned>},
      Exhibit{"C2-mark", "a mark is cleared, and a translation for writing stays",
              "Linux clear_refs_write, tlb_finish_mmu",
              Law::tlb_coherent, "clear_page_refs", "", &open<ClearsWithoutFlush>},
      Exhibit{"D5", "an entry of swap forgets that its page was written",
              "Linux 179ef71cbc08",
              Law::accounted, "swap_out", "", &open<SwapForgetsWrite>},
      Exhibit{"D5-fork", "a child does not know what its parent wrote since the marks were cleared",
              "Linux copy_present_ptes, soft-dirty",
              Law::accounted, "", knows_forks, &open<ForkForgetsWrite>},
      Exhibit{"D5-migrate", "a migration forgets that the page was written",
              "Linux remove_migration_pte, pte_swp_soft_dirty",
              Law::accounted, "", concrete_places, &open<MigrateForgetsWrite>},
      Exhibit{"D5-remap", "a page that moves forgets that it was written",
              "Linux move_soft_dirty_pte",
              Law::accounted, "move_page", "", &open<MoveForgetsWrite>},
      Exhibit{"D5-split", "the pages of a huge page that was written count as not written",
              "Linux __split_huge_pmd_locked, soft_dirty",
              Law::accounted, "split_huge", "", &open<SplitForgetsWrite>},
      Exhibit{"D7", "mprotect grants write permission, and nobody is told of the write",
              "Linux 76aefad628aa, can_change_pte_writable",
              Law::accounted, "protect_page", "", &open<ProtectOverlooksMark>},
      Exhibit{"D7-huge", "the same of a huge page",
              "Linux can_change_pmd_writable",
              Law::accounted, "protect_huge", "", &open<ProtectOverlooksHugeMark>},
      Exhibit{"mark-nothing", "clearing marks changes nothing",
              "a canary: who always says that all was written would pass",
              Law::frugal, "clear_page_refs", "", &open<ClearsNothing>},
  };
  return rows;
}
// clang-format on

}  // namespace cow::props::museum
