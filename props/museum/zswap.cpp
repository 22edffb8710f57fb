#include "props/museum/zswap.h"

#include <array>

#include "props/museum/families.h"
#include "props/museum/open.h"

namespace cow::props::museum {

// clang-format off
std::span<const Exhibit> zswap() {
  static constexpr std::string_view terms = "terms have slots, and nothing before them";
  static constexpr std::array rows = {
      Exhibit{"zswap-exclusive", "who loads a page drops the only copy that others have",
              "Linux 25cd241408a2", Law::isolation, "", terms, &open<ZswapLoadsExclusively>},
      Exhibit{"zswap-outlives", "an entry stays when its slot is freed, for who has it next",
              "the classic entry that outlives its key (Linux: zswap_invalidate)", Law::no_leak, "",
              terms, &open<ZswapOutlivesSlot>},
      Exhibit{"zswap-byte", "of the word that fills a page one byte is kept", "",
              Law::isolation, "", terms, &open<ZswapKeepsAByte>},
      Exhibit{"zswap-refused", "a page that cannot be compressed counts as stored", "",
              Law::isolation, "", terms, &open<ZswapRefusesSilently>},
      Exhibit{"zswap-writeback", "a page that makes room comes back with another's bytes",
              "the classic write-back of another entry (Linux: zswap_writeback_entry)",
              Law::isolation, "", terms, &open<ZswapWritesBackAnother>},
      Exhibit{"zswap-count", "the pool counts as used what an entry gave back", "",
              Law::exact_count, "", terms, &open<ZswapNeverShrinks>},
  };
  return rows;
}
// clang-format on

}  // namespace cow::props::museum
