#include "props/museum/collapse.h"

#include <array>

#include "props/museum/families.h"
#include "props/museum/open.h"

namespace cow::props::museum {

namespace {
constexpr std::string_view counts_bytes = "reaches into the counts of bytes";
}

// clang-format off
std::span<const Exhibit> collapse() {
  static constexpr std::array rows = {
      Exhibit{"A12-collapse", "a collapse moves a pinned page like any other",
              "Linux khugepaged, __collapse_huge_page_isolate",
              Law::pin_stable, "", outside_steps, &open<CollapseMovesPinned>, Law::frugal},
      Exhibit{"B9-collapse", "the frames that a collapse left keep the reference of the mapping",
              "6.828 homework", Law::exact_count, "", counts_bytes, &open<CollapseKeepsFrames>},
      Exhibit{"B20", "a collapse that gives up puts all entries back as the first one was",
              "Linux lazyfree batch, 29f40594a281",
              Law::sole_writer, "", outside_steps, &open<UndoStampsFirst>, Law::pin_stable},
      Exhibit{"B21", "a collapse goes on behind the end of its area",
              "Linux review rules for batches of PTEs",
              Law::permission, "", outside_steps, &open<CollapsePassesTheEnd>, Law::frugal},
      Exhibit{"C9-collapse", "a collapse does not flush the translations of the small pages",
              "Linux ad5ca55f6bdb",
              Law::tlb_coherent, "", "remembers what came before",
              &open<CollapseWithoutFlush>},
      Exhibit{"D8-split", "the pages of a split are read-only until somebody writes",
              "Linux __split_huge_pmd_locked, remove_migration_pte",
              Law::frugal, "split_huge", "", &open<SplitTakesWrite>},
      Exhibit{"D9-split", "a split makes its pages dirty, and what is dirty writable",
              "Linux selftest mkdirty.c, sparc64",
              Law::permission, "split_huge", "", &open<SplitGrantsWrite>, Law::sole_writer},
      Exhibit{"E2", "the table of the small pages is lost when they become a huge one",
              "Linux 3592806cfa08", Law::exact_count, "", outside_steps, &open<CollapseKeepsTable>},
      Exhibit{"E13-collapse", "a collapse maps read-only, and the next write faults",
              "SerenityOS #24637", Law::frugal, "", "remembers what came before",
              &open<CollapseMapsReadOnly>},
      Exhibit{"E16", "a collapse does not ask what kind of area it is in",
              "LTP thp01, CVE-2011-0999",
              Law::isolation, "", outside_steps, &open<CollapseIgnoresArea>, Law::frugal},
      Exhibit{"collapse-half", "a collapse copies the lower half only",
              "Linux selftest cow.c, partially shared THP",
              Law::isolation, "", counts_bytes, &open<CollapseCopiesHalf>, Law::no_disclosure},
      Exhibit{"collapse-mark", "the huge page does not know that it is alone",
              "Linux PageAnonExclusive",
              Law::sole_writer, "", "remembers what came before",
              &open<CollapseForgetsExclusive>},
      Exhibit{"collapse-undo", "a collapse or a migration that gives up leaves pages out of use",
              "Linux dup_mmap, migration entries",
              Law::progress, "", outside_steps, &open<UndoForgets>},
      Exhibit{"collapse-zero", "a collapse leaves the pages that nobody touched as they were",
              "the classic disclosure",
              Law::no_disclosure, "", counts_bytes, &open<CollapseDoesNotZero>, Law::isolation},
      Exhibit{"split-mark", "the pages of a split do not know that they are alone",
              "Linux PageAnonExclusive",
              Law::sole_writer, "split_huge", "", &open<SplitForgetsExclusive>},
  };
  return rows;
}
// clang-format on

}  // namespace cow::props::museum
