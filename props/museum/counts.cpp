#include "props/museum/counts.h"

#include <array>

#include "props/museum/families.h"
#include "props/museum/open.h"

namespace cow::props::museum {

// clang-format off
std::span<const Exhibit> counts() {
  static constexpr std::string_view unbounded = "counts are unbounded in the proofs";
  static constexpr std::array rows = {
      Exhibit{"B1", "the reference count is two bits wide and wraps",
              "CVE-2019-11487",
              Law::exact_count, "", unbounded, &open<NarrowCount>},
      Exhibit{"B2", "nobody asks whether the narrow count of a frame has room: it wraps",
              "Micay, Wilcox on mapcount (exploit-db 46745)",
              Law::exact_count, "", unbounded, &open<NeverAsksFrames>, Law::no_dangling},
      Exhibit{"B2-huge", "the same for the leaves of a huge page", "",
              Law::exact_count, "", unbounded, &open<NeverAsksLeaves>, Law::no_dangling},
      Exhibit{"B2-pins", "a pin does not ask whether the counts have room", "CVE-2019-11487",
              Law::exact_count, "", unbounded, &open<NeverAsksPins>, Law::no_dangling},
      Exhibit{"B2-slot", "nobody asks whether the count of a swap slot has room", "",
              Law::exact_count, "", unbounded, &open<NeverAsksSlots>, Law::no_dangling},
      Exhibit{"B2-table", "nobody asks whether the count of a page table has room", "",
              Law::exact_count, "", unbounded, &open<NeverAsksTables>, Law::no_dangling},
      Exhibit{"B2-early", "a count of a frame is taken for full while it has room: fork copies", "",
              Law::frugal, "", unbounded, &open<FullTooEarly>},
      Exhibit{"B3", "a full count stays full when one more comes, but counts down all the same",
              "nyx-os #82", Law::exact_count, "", unbounded, &open<FullButNotForGood>,
              Law::no_dangling},
      Exhibit{"B9-leak", "a copying write fault keeps its reference on the source",
              "6.828 homework, opuntiaOS #4",
              Law::exact_count, "write_fault", "", &open<CopyKeepsSource>},
      Exhibit{"B9-uaf", "a copying write fault puts its source twice",
              "6.828 homework", Law::no_dangling, "write_fault", "",
              &open<CopyPutsTwice>, Law::exact_count},
      Exhibit{"B10", "fork takes no reference on a page that is mapped read-only",
              "nyx-os #21", Law::exact_count, "fork_page", "", &open<ReadOnlyUncounted>},
      Exhibit{"B11", "the reuse test counts PTEs and overlooks huge leaves",
              "Linux c444eb564fb1",
              Law::isolation, "write_fault", "", &open<ReuseOverlooksLeaf>, Law::sole_writer},
      Exhibit{"B24", "the last sharer copies too",
              "opuntiaOS #4", Law::frugal, "write_fault", "", &open<NeverReuses>},
      Exhibit{"C13", "a copying write fault frees its source for everyone",
              "FreeBSD-SA-21:08.vm, CVE-2021-29626",
              Law::no_dangling, "", "loops over a count", &open<CopyFreesSource>, Law::exact_count},
  };
  return rows;
}
// clang-format on

}  // namespace cow::props::museum
