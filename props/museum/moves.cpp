#include "props/museum/moves.h"

#include <array>

#include "props/museum/families.h"
#include "props/museum/open.h"

namespace cow::props::museum {

// clang-format off
std::span<const Exhibit> moves() {
  static constexpr std::array rows = {
      Exhibit{"C2", "remap does not flush the place that it empties",
              "CVE-2018-18281, Linux eb66ae030829",
              Law::tlb_coherent, "", "its state is of concrete places", &open<MoveWithoutFlush>},
      Exhibit{"G17", "areas are joined whose pages are no neighbours in their object",
              "Linux 7e7757876f25",
              Law::isolation, "", outside_steps, &open<MergeForgetsOffset>},
      Exhibit{"no-merge", "areas that are alike are never joined",
              "Linux vma_merge, merge.c", Law::frugal, "", outside_steps, &open<NeverMerges>},
      Exhibit{"no-wipe", "a child finds what fork was to wipe",
              "LTP madvise10", Law::no_disclosure, "", outside_steps, &open<ForkDoesNotWipe>,
              Law::isolation, Law::frugal},
  };
  return rows;
}
// clang-format on

}  // namespace cow::props::museum
