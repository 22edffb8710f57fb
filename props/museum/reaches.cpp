#include "props/museum/reaches.h"

#include <array>

#include "props/museum/families.h"
#include "props/museum/open_own.h"

namespace cow::props::museum {

// clang-format off
std::span<const Exhibit> reaches() {
  static constexpr std::array rows = {
      Exhibit{"A10", "a forced write takes a page that is there for one whose sharing was broken",
              "CVE-2022-2590, Linux 5535be309971",
              Law::isolation, "reach_force", "", &open<ForceTakesWhatIsThere>},
      Exhibit{"A26", "the kernel writes through an entry that is mapped read-only",
              "Linux 0.11, write_verify on the 386",
              Law::isolation, "reach_write", "", &open<KernelWritesThrough>},
      Exhibit{"A28", "the kernel unshares the area's first page and writes to another",
              "a clone of Linux 0.11", Law::isolation, "", outside_steps,
              &open_own<UnsharesFirstPage>, Law::frugal, Law::no_disclosure, Law::permission},
      Exhibit{"A29", "the kernel does not fault where a page is not there yet",
              "xv6 lab, starry tgoskits #909, duckOS #61",
              Law::permission, "", outside_steps, &open_own<KernelDoesNotFault>},
      Exhibit{"force-grants", "a forced write leaves its process a writable page",
              "Linux, maybe_mkwrite", Law::permission, "", outside_steps,
              &open_own<ForceGrantsWrite>},
      Exhibit{"lookup-leak", "the reference of the kernel's lookup is never put",
              "the classic missing put_page", Law::sole_writer, "", outside_steps,
              &open_own<LookupKeepsReference>, Law::exact_count},
  };
  return rows;
}
// clang-format on

}  // namespace cow::props::museum
