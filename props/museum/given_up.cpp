#include "props/museum/given_up.h"

#include <array>

#include "props/museum/families.h"
#include "props/museum/open.h"

namespace cow::props::museum {

// clang-format off
std::span<const Exhibit> given_up() {
  static constexpr std::array rows = {
      Exhibit{"B20-free", "pageout puts pages that were given up back as the first of them was",
              "Linux 29f40594a281, lazyfree batch",
              Law::sole_writer, "", remembers, &open<PutsBackLikeTheFirst>, Law::frugal},
      Exhibit{"C2-free", "a page is given up, and a translation for writing stays",
              "Linux madvise_free_pte_range, flush_tlb_batched_pending",
              Law::tlb_coherent, "give_up_page", "", &open<GivesUpWithoutFlush>},
      Exhibit{"C2-free-huge", "the same for huge pages only",
              "Linux madvise_free_huge_pmd",
              Law::tlb_coherent, "give_up_huge", "", &open<GivesUpHugeWithoutFlush>},
      Exhibit{"D1", "fork loses that a page was written since it was given up",
              "Linux arm64 ff1712f953e2, redis #8124",
              Law::isolation, "", knows_forks, &open<ForkUndirtiesPage>},
      Exhibit{"D1-kernel", "only processors note a write: the kernel's and a device's are lost",
              "Linux set_page_dirty_lock, bio_set_pages_dirty",
              Law::isolation, "reach_write", "", &open<OnlyProcessorsDirty>, Law::pin_stable},
      Exhibit{"D1-migrate", "a migration loses that a page was written since it was given up",
              "Linux remove_migration_pte, migration entries without a dirty bit (2e3468778dbe)",
              Law::isolation, "", concrete_places, &open<MigrateUndirties>},
      Exhibit{"D1-protect", "mprotect loses that a page was written since it was given up",
              "Linux arm64 ff1712f953e2",
              Law::isolation, "protect_page", "", &open<ProtectUndirties>},
      Exhibit{"D1-remap", "mremap loses that a page was written since it was given up",
              "Linux move_soft_dirty_pte and its kin",
              Law::isolation, "move_page", "", &open<MoveUndirties>},
      Exhibit{"D1-split", "a split loses that a huge page was written since it was given up",
              "Linux __split_huge_pmd_locked",
              Law::isolation, "split_huge", "", &open<SplitUndirties>},
      Exhibit{"D2", "fork loses that a huge page was written since it was given up",
              "Linux LoongArch 018e9828eb52, LTP madvise09",
              Law::isolation, "", knows_forks, &open<ForkUndirtiesHuge>},
      Exhibit{"D9-free", "what the kernel makes dirty is writable, whatever the area says",
              "Linux selftest mkdirty.c",
              Law::permission, "pin_page", "", &open<DirtyIsWritable>, Law::sole_writer},
      Exhibit{"E9-free", "pages of a page table that others have, too, are given up",
              "on-demand-fork class",
              Law::isolation, "", outside_steps, &open<GivesUpShared>, Law::accounted},
      Exhibit{"free-dirty", "pageout drops whatever was given up, written since or not",
              "Linux 854e9ed09ded, try_to_unmap_one",
              Law::isolation, "page_out", "", &open<DropsWhatWasGivenUp>},
  };
  return rows;
}
// clang-format on

}  // namespace cow::props::museum
