#include "props/museum/identifiers.h"

#include <array>

#include "props/museum/families.h"
#include "props/museum/open.h"

namespace cow::props::museum {

// clang-format off
std::span<const Exhibit> identifiers() {
  static constexpr std::string_view terms = "terms have no identifiers of address spaces";
  static constexpr std::array rows = {
      Exhibit{"asid-recycled", "an identifier goes to another process with its translations",
              "Linux choose_new_asid", Law::tlb_coherent, "", terms, &open<RecyclesUnflushed>},
      Exhibit{"asid-recycled-huge", "before it does, only small translations are flushed",
              "Linux choose_new_asid", Law::tlb_coherent, "", terms,
              &open<RecyclesHugeUnflushed>},
      Exhibit{"asid-deferred", "a CPU that comes back to a process does not look what it missed",
              "Linux 94b1b03b519b", Law::tlb_coherent, "", terms, &open<ForgetsDeferredFlushes>},
      Exhibit{"asid-deferred-huge", "flushes of huge pages are told to running CPUs only",
              "Linux 94b1b03b519b", Law::tlb_coherent, "", terms, &open<HugeFlushesUncounted>},
      Exhibit{"asid-wrap", "generations of two bits come round",
              "Linux tlb_gen, 64 bits wide for that", Law::tlb_coherent, "", terms,
              &open<GenerationsWrap>},
      Exhibit{"asid-life", "a process is taken for the one that had its name before",
              "Linux ctx_id, never used twice", Law::tlb_coherent, "", terms,
              &open<NamesStartAnew>},
  };
  return rows;
}
// clang-format on

}  // namespace cow::props::museum
