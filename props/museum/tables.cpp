#include "props/museum/tables.h"

#include <array>

#include "props/museum/families.h"
#include "props/museum/open.h"

namespace cow::props::museum {

// clang-format off
std::span<const Exhibit> tables() {
  static constexpr std::array rows = {
      Exhibit{"A12-table", "fork shares a page table that maps a pinned page",
              "Linux 70e806e4e645, for tables",
              Law::pin_stable, "", outside_steps, &open<SharesPinnedTable>},
      Exhibit{"B15", "a passing reference of a page table is taken for an owner, who will free it",
              "CVE-2024-57883, Linux 59d9094df3d7",
              Law::exact_count, "drop_table", "", &open<TableCountsPassers>},
      Exhibit{"B16", "a page table that is shared already gets another owner uncounted",
              "Linux 14967a9c7d24",
              Law::exact_count, "", concrete_places, &open<SharedAlreadyUncounted>},
      Exhibit{"C3", "a shared page table is let go of without a flush",
              "CVE-2021-4002, Linux a4a118f2eead",
              Law::tlb_coherent, "drop_table", "", &open<DropsTableUnflushed>},
      Exhibit{"D11", "the first write to a shared page table upgrades it for all",
              "Linux 9e7b0e7fba45 (KVM shadow tables)",
              Law::isolation, "own_entry", "", &open<FirstWriterTakesTable>,
              Law::sole_writer, Law::refused_unchanged},
      Exhibit{"D14-table", "a page table that is shared already goes to a second child unmarked",
              "nanvix #2512, for tables",
              Law::sole_writer, "", remembers, &open<SecondChildUnmarked>},
      Exhibit{"E8", "page tables of the lowest level are not taken for shared",
              "32-bit hugetlb sharing (2025)",
              Law::isolation, "own_entry", "", &open<SharesOneLevelTooHigh>, Law::sole_writer},
      Exhibit{"E9-dontneed", "dontneed drops pages out of a page table that others have, too",
              "on-demand-fork class",
              Law::isolation, "", outside_steps, &open<DropsShared>,
              Law::frugal, Law::tlb_coherent},
      Exhibit{"E9-pageout", "pageout swaps pages out of a page table that others have, too",
              "on-demand-fork class",
              Law::tlb_coherent, "", outside_steps, &open<PagesOutShared>, Law::frugal},
      Exhibit{"E9-protect", "protect changes a page table that others have, too",
              "on-demand-fork class",
              Law::permission, "", outside_steps, &open<ProtectsShared>,
              Law::tlb_coherent, Law::progress},
      Exhibit{"E9-remap", "remap moves pages out of a page table that others have, too",
              "on-demand-fork class",
              Law::isolation, "", outside_steps, &open<MovesShared>, Law::permission, Law::frugal},
      Exhibit{"E9-unmap", "unmap drops pages out of a page table that others have, too",
              "on-demand-fork class",
              Law::isolation, "", outside_steps, &open<UnmapsShared>,
              Law::frugal, Law::tlb_coherent},
      Exhibit{"G15-table", "fork marks a page table as shared on the child's side only",
              "mitos #771, for tables", Law::sole_writer, "", knows_forks, &open<MarksChildOnly>},
      Exhibit{"wipe-table", "fork shares page tables of which the child is to get less",
              "LTP madvise10, for tables",
              Law::no_disclosure, "", outside_steps, &open<SharesUnadvised>, Law::permission,
              Law::accounted},
  };
  return rows;
}
// clang-format on

}  // namespace cow::props::museum
