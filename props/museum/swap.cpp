#include "props/museum/swap.h"

#include <array>

#include "props/museum/families.h"
#include "props/museum/open.h"

namespace cow::props::museum {

// clang-format off
std::span<const Exhibit> swap() {
  static constexpr std::array rows = {
      Exhibit{"A8", "who comes back from swap may write when nobody else names the slot",
              "Linux 09854ba94c6a, selftest cow.c",
              Law::sole_writer, "", "reaches into the slots of bytes", &open<LastInSlotIsAlone>,
              Law::isolation},
      Exhibit{"A18", "a pinned page stays in the swap cache, its entry forgets that it was alone",
              "Linux C3 [7], pte_swp_exclusive",
              Law::pin_stable, "", "two bugs at once", &open<SwapForgetsExclusive>, Law::frugal},
      Exhibit{"A19", "a pinned page goes to swap",
              "Linux feb889fb40fa",
              Law::pin_stable, "swap_out", "", &open<PinnedGoesToSwap>, Law::frugal},
      Exhibit{"A20", "a page that came back from swap is copied by the next write",
              "Linux c475a8ab625d",
              Law::frugal, "", "two bugs at once", &open<ComesBackCommon>},
      Exhibit{"D8-swap", "who comes back from swap may write where the area allows it",
              "Linux, read-only page got writable when recover pte (2022)",
              Law::sole_writer, "", "looks for the area by itself", &open<WritesAsTheAreaAllows>},
      Exhibit{"D22", "fork leaves out what is not in memory",
              "managarm #1616",
              Law::isolation, "", "remembers what came before", &open<ForkLeavesOutSwapped>},
      Exhibit{"F5", "fork does not count that the child names the slot, too",
              "the classic of dup and undup",
              Law::exact_count, "fork_page", "", &open<ForkDoesNotCountSlot>,
              Law::no_dangling},
      Exhibit{"F6", "the first of two to come back may write to what the other finds in the cache",
              "Linux selftest cow.c, swap fixtures",
              Law::sole_writer, "", "reaches into the slots of bytes", &open<FirstOfTwoWrites>,
              Law::permission},
      Exhibit{"F6-reuse", "who writes in place leaves the frame in the swap cache",
              "Linux reuse_swap_page",
              Law::sole_writer, "write_fault", "", &open<ReuseStaysCached>, Law::isolation},
      Exhibit{"pageout-part", "pageout leaves in memory what its process may write",
              "the classic hint that does nothing (Linux: madvise_pageout)",
              Law::frugal, "", "what a hint leaves undone breaks no law of a step",
              &open<PageoutKeepsWritable>},
      Exhibit{"slot-free", "who comes back from swap puts the slot twice",
              "the classic double free", Law::no_dangling, "swap_in", "", &open<PutsSlotsTwice>,
              Law::exact_count},
      Exhibit{"slot-leak", "a slot is never put",
              "the classic leak", Law::exact_count, "swap_in", "", &open<KeepsSlots>},
      Exhibit{"swapoff-part", "swapoff looks only where its process may write",
              "the classic scan that leaves out mappings (Linux: try_to_unuse)",
              Law::no_leak, "", "swapoff's loop over processes is not proved",
              &open<SwapoffSkipsReadOnly>},
      Exhibit{"swap-zero-page", "the zero page goes to swap like a page that somebody wrote",
              "Linux, pages of zeroes in swap", Law::frugal, "swap_out", "",
              &open<ZeroPageGoesToSwap>},
      Exhibit{"swap-zero", "what comes back from swap is a fresh page",
              "the classic lost write", Law::isolation, "swap_in", "", &open<ComesBackZero>,
              Law::refused_unchanged},
  };
  return rows;
}
// clang-format on

}  // namespace cow::props::museum
