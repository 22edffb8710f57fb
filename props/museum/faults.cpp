#include "props/museum/faults.h"

#include <array>

#include "props/museum/families.h"
#include "props/museum/open.h"

namespace cow::props::museum {

// clang-format off
std::span<const Exhibit> faults() {
  static constexpr std::array rows = {
      Exhibit{"D14", "a second child may only read what its parent shares already",
              "nanvix #2512, ruxos #151",
              Law::permission, "", outside_steps, &open<GrandchildIsReadOnly>},
      Exhibit{"D15", "fork marks what nobody may write for copy-on-write, too",
              "xv6, a well-known error of the lab",
              Law::permission, "", outside_steps, &open<CopiesReadOnly>, Law::isolation},
      Exhibit{"D16", "a page that was copied is still marked when it becomes read-only",
              "xv6, nanvix #3177",
              Law::permission, "", outside_steps, &open<MarkStays>, Law::isolation},
      Exhibit{"D19", "fork protects what may be written now, not what may be written later",
              "phoenix-rtos #608",
              Law::sole_writer, "", outside_steps, &open<ProtectsWritableAreas>},
      Exhibit{"D20", "fork protects shared memory, and no fault gives it back",
              "asterinas #959",
              Law::permission, "", outside_steps, &open<ProtectsSharedMemory>},
      Exhibit{"D21", "fork protects anonymous memory only",
              "SerenityOS #15952",
              Law::sole_writer, "", outside_steps, &open<ProtectsAnonymousOnly>},
      Exhibit{"E10", "what a huge page allows is not asked",
              "Xen XSA-148",
              Law::isolation, "", outside_steps, &open<HugeIsUnchecked>, Law::permission},
  };
  return rows;
}
// clang-format on

}  // namespace cow::props::museum
