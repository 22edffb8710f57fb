#include "props/museum/merge.h"

#include <array>

#include "props/museum/families.h"
#include "props/museum/open.h"

namespace cow::props::museum {

// clang-format off
// H7 (pages of the same bytes and other tags are merged, MTE) has no exhibit: pages here are their
// bytes. Nor has 5117b3b835f2 of H4, where unmerge skips what is just migrating: an entry that is
// out of use is never met by anybody who has its space (ARCHITECTURE.md, R8).
std::span<const Exhibit> merge() {
  static constexpr std::array rows = {
      Exhibit{"B9-merge", "who joins a merged frame keeps its reference to the one it left",
              "the classic leak", Law::exact_count, "", knows_forks, &open<JoinsTwice>,
               Law::sole_writer},
      Exhibit{"B10-merge", "who joins a merged frame is not counted",
              "the classic missing get_page", Law::exact_count, "", knows_forks,
              &open<JoinsUncounted>,
              Law::sole_writer, Law::no_dangling},
      Exhibit{"D4", "a merged page goes to swap without its bytes",
              "Linux 4e31635c367a", Law::isolation, "swap_out", "", &open<MergedIsClean>},
      Exhibit{"D13", "where one page of a huge page is merged, all of it loses write permission",
              "Linux d3c422bd3338 (KVM)", Law::frugal, "", remembers, &open<ProtectsWholeTable>},
      Exhibit{"G15-merge", "who joins is write-protected, whom it joins is not",
              "the classic one-sided sharing", Law::sole_writer, "merge_page", "",
              &open<ProtectsOnlyWhoJoins>},
      Exhibit{"H1", "the place of a merged page is trusted to hold what was placed there first",
              "Linux 1ff829957316", Law::isolation, "", remembers, &open<TrustsThePlace>,
              Law::no_disclosure},
      Exhibit{"H2", "the last who maps a merged frame writes to it while merges offer it",
              "Linux 9a840895147b", Law::sole_writer, "write_fault", "", &open<NeverWithdraws>},
      Exhibit{"H2-protect", "mprotect grants write permission to a merged frame",
              "Linux, can_change_pte_writable", Law::sole_writer, "protect_page", "",
              &open<ProtectUpgradesMerged>},
      Exhibit{"H3", "a pinned page is merged",
              "Linux write_protect_page (C3)", Law::pin_stable, "merge_page", "",
              &open<MergesPinned>,
              Law::frugal},
      Exhibit{"H4", "a merged page that migrates comes back by its index, as of a huge page",
              "Linux 4b0ece6fa016, LTP migrate_pages03", Law::no_dangling, "", remembers,
              &open<RestoresByIndex>, Law::isolation, Law::exact_count},
      Exhibit{"H5", "unmerge overlooks what was merged with the zero page",
              "Linux abf167f89865", Law::accounted, "", outside_steps, &open<UnmergeOverlooksZero>},
      Exhibit{"merge-checksum", "pages with the same checksum are taken to be alike",
              "the classic hash collision", Law::isolation, "", "reaches into the bytes",
              &open<ComparesChecksums>,
              Law::permission, Law::refused_unchanged},
      Exhibit{"merge-nothing", "a merge finds nothing alike",
              "Linux ksm01, whose counters it would miss", Law::frugal, "",
              "that a merge finds nothing is allowed", &open<MergesNothing>},
      Exhibit{"unmerge-nothing", "unmerge leaves all pages merged",
              "Linux ksm02", Law::accounted, "", outside_steps, &open<UnmergesNothing>},
  };
  return rows;
}
// clang-format on

}  // namespace cow::props::museum
