#include "props/museum/translations.h"

#include <array>

#include "props/museum/families.h"
#include "props/museum/open.h"

namespace cow::props::museum {

// clang-format off
std::span<const Exhibit> translations() {
  static constexpr std::array rows = {
      Exhibit{"C1", "fork does not flush the parent's translations",
              "LTP hugefork01, powerpc 86df86424939",
              Law::tlb_coherent, "fork_flush", "", &open<ForkWithoutFlush>},
      Exhibit{"C1-huge", "fork flushes small translations only",
              "LTP hugefork01, powerpc 86df86424939",
              Law::tlb_coherent, "", inside_tlbs, &open<ForkKeepsHugeTranslations>},
      Exhibit{"C6", "a page is flushed on the first CPU only",
              "osv #1475", Law::tlb_coherent, "", inside_tlbs, &open<FlushesLocally>},
      Exhibit{"C9", "a huge leaf is replaced without flushing its translation",
              "Linux ad5ca55f6bdb", Law::tlb_coherent, "split_huge", "", &open<SplitWithoutFlush>},
  };
  return rows;
}
// clang-format on

}  // namespace cow::props::museum
