#include "props/museum/permissions.h"

#include <array>

#include "props/museum/families.h"
#include "props/museum/open.h"

namespace cow::props::museum {

// clang-format off
std::span<const Exhibit> permissions() {
  static constexpr std::array rows = {
      Exhibit{"D12", "\"now writable\" never reaches a huge leaf",
              "KVM 404381c5839d", Law::progress, "write_fault_huge", "", &open<HugeUpgradeLost>,
              Law::frugal},
      Exhibit{"D18", "mprotect grants write on a shared frame",
              "nanvix #3178", Law::sole_writer, "protect_page", "", &open<ProtectGrantsWrite>},
      Exhibit{"E11", "a shared huge page is copied whole where the policy is to split",
              "Redis #2844", Law::frugal, "", "a policy, which the proofs leave open",
              &open<CopiesWholeHugePages>},
      Exhibit{"E13", "the first touch maps read-only even for a write",
              "SerenityOS #24637", Law::frugal, "demand_zero", "", &open<FirstTouchReadOnly>},
      Exhibit{"no-zero", "fresh frames are not zeroed",
              "the classic disclosure", Law::no_disclosure, "demand_zero", "", &open<SkipsZeroing>},
  };
  return rows;
}
// clang-format on

}  // namespace cow::props::museum
