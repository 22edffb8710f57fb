#include "props/museum/hugetlb.h"

#include <array>

#include "props/museum/families.h"
#include "props/museum/open.h"

namespace cow::props::museum {

// clang-format off
std::span<const Exhibit> hugetlb() {
  static constexpr std::string_view promises = "the proofs do not count what the pool owes";
  static constexpr std::string_view owners = "the proofs do not know who owns what is shared";
  static constexpr std::string_view alike = "a small page is all of a huge one there";
  static constexpr std::array rows = {
      Exhibit{"A7", "A5 on huge pages of the pool, whose fault path was mended last",
              "Linux selftest cow.c, vmsplice() on hugetlb (expected to fail there)",
              Law::pin_stable, "pin_huge", "", &open<PooledReuseOverlooksPin>},
      Exhibit{"A12-hugetlb", "fork shares a pinned page of the pool like any other",
              "Linux 4eae4efa2c29 (copy_hugetlb_page_range)",
              Law::pin_stable, "fork_hugetlb", "", &open<ForkSharesPinnedPooled>},
      Exhibit{"A21-hugetlb", "a pin for reading does not unshare a page of the pool",
              "Linux selftest cow.c, R/O GUP pin on R/O-mapped shared page, hugetlb",
              Law::pin_stable, "pin_huge", "", &open<PooledReadPinDoesNotUnshare>},
      Exhibit{"C1-hugetlb", "fork keeps the parent's translations of pages of the pool",
              "LTP hugefork01, powerpc 86df86424939",
              Law::tlb_coherent, "", inside_tlbs, &open<ForkKeepsPooledTranslations>},
      Exhibit{"E5-hugetlb", "a private write takes over the pool's file page that nobody else maps",
              "LTP hugemmap09", Law::sole_writer, "", concrete_places, &open<PooledFilePageReused>},
      Exhibit{"E6", "the pool is dry, and the owner of a shared page gets the error",
              "Linux a1e78772d72b", Law::permission, "", owners, &open<OwnerGetsTheError>},
      Exhibit{"E6-child", "the pool is dry, and a child takes the page from its owner",
              "Linux a1e78772d72b", Law::isolation, "", owners, &open<ChildTakesFromOwner>,
              Law::permission, Law::frugal, Law::exact_count},
      Exhibit{"hugetlb-copy", "of a huge page of the pool only the first small page is copied",
              "Linux copy_user_large_folio", Law::isolation, "", alike,
              &open<PooledCopyIsShort>, Law::pin_stable, Law::frugal},
      Exhibit{"hugetlb-promise", "a page that the pool owes to one process is given to another",
              "Linux a1e78772d72b", Law::exact_count, "", promises, &open<PoolForgetsPromises>},
      Exhibit{"hugetlb-promises", "the pool promises more pages than it has",
              "Linux hugetlb_acct_memory", Law::exact_count, "", promises,
              &open<PoolOvercommits>},
      Exhibit{"hugetlb-release", "what was promised for pages that are unmapped stays promised",
              "Linux hugetlb_vm_op_close", Law::exact_count, "", promises,
              &open<PoolKeepsPromises>},
      Exhibit{"hugetlb-zero", "a page of the pool is handed out as the last process left it",
              "the classic disclosure",
              Law::no_disclosure, "demand_hugetlb", "", &open<PooledPageIsNotZeroed>,
              Law::isolation},
  };
  return rows;
}
// clang-format on

}  // namespace cow::props::museum
