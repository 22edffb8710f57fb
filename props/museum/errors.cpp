#include "props/museum/errors.h"

#include <array>

#include "props/museum/families.h"
#include "props/museum/open.h"

namespace cow::props::museum {

// clang-format off
std::span<const Exhibit> errors() {
  static constexpr std::array rows = {
      Exhibit{"B5", "a pin that fails drops a reference that it never took",
              "CVE-2026-43494 (PinTheft)",
              Law::no_dangling, "", outside_steps, &open<FailedPinUnpins>, Law::exact_count},
      Exhibit{"B6", "a short reference to the zero page is taken, and not put",
              "Linux 873aefb376bb, c8070b787519 (vfio)",
              Law::exact_count, "", outside_steps, &open<ZeroPageIsReserved>},
      Exhibit{"B7", "what is in swap already keeps the reference that was taken to see it",
              "Linux 29b4eedee67b, its shape",
              Law::exact_count, "", outside_steps, &open<DoneAlreadyKeepsReference>},
      Exhibit{"B8", "a frame that is free is found, and held again",
              "CVE-2021-22543 (KVM)",
              Law::no_dangling, "", outside_steps, &open<TakesWhatIsFree>},
      Exhibit{"B23", "a copy that finds no memory puts its source",
              "phoenix-rtos #1624, 3d14c21e to e10d54b9",
              Law::exact_count, "", outside_steps, &open<FailedCopyPuts>, Law::no_dangling},
      Exhibit{"B23-fork", "a fork that fails frees the root table twice",
              "phoenix-rtos #1624, 3d14c21e to e10d54b9",
              Law::no_dangling, "", outside_steps, &open<FailedForkFreesTwice>, Law::exact_count},
      Exhibit{"G4", "a child that a failed fork was making stays known",
              "CVE-2024-50220, CVE-2024-50263",
              Law::permission, "", outside_steps, &open<FailedChildStaysKnown>, Law::no_leak},
      Exhibit{"G5", "a fork that fails never takes back that it is at work",
              "userfaultfd(2), BUGS",
              Law::progress, "", outside_steps, &open<FailedForkStaysAtWork>},
      Exhibit{"G6", "a fork that fails puts references that it never took",
              "CVE-2017-17052",
              Law::exact_count, "", outside_steps, &open<FailedForkPutsObjects>, Law::no_dangling},
      Exhibit{"G14", "the slot of a snapshot is written once more",
              "Project Zero 2018, 2019 (XNU)",
              Law::isolation, "", outside_steps, &open<SlotChangesBelow>},
  };
  return rows;
}
// clang-format on

}  // namespace cow::props::museum
