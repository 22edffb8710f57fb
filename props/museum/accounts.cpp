#include "props/museum/accounts.h"

#include <array>

#include "props/museum/families.h"
#include "props/museum/open.h"

namespace cow::props::museum {

// clang-format off
std::span<const Exhibit> accounts() {
  static constexpr std::string_view terms = "terms have no accounts";
  static constexpr std::array rows = {
      Exhibit{"G1-rss", "a fork that ran out of memory leaves the child charged with its pages",
              "starry tgoskits #2096", Law::accounted, "", terms, &open<RollbackKeepsCharge>},
      Exhibit{"rss-file", "a page that was copied from the file stays charged as the file's",
              "as the uprobes of Linux before 7396fa818d62", Law::accounted, "", terms,
              &open<CopyStaysFile>},
      Exhibit{"rss-huge", "a huge page that goes is charged off as small ones", "",
              Law::accounted, "", terms, &open<HugeStaysCharged>},
      Exhibit{"rss-hugetlb", "a huge page of the pool that goes stays charged", "",
              Law::accounted, "", terms, &open<PoolStaysCharged>},
      Exhibit{"rss-swap", "what comes back from swap stays charged as swap, too", "",
              Law::accounted, "", terms, &open<BackChargedTwice>},
      Exhibit{"count-copy", "copies are counted twice", "", Law::accounted, "", terms,
              &open<CopyCountedTwice>},
      Exhibit{"count-split", "splits of huge pages are not counted", "", Law::accounted, "", terms,
              &open<SplitUncounted>},
      Exhibit{"count-swap", "pages that go to swap are not counted", "", Law::accounted, "", terms,
              &open<SwapUncounted>},
  };
  return rows;
}
// clang-format on

}  // namespace cow::props::museum
