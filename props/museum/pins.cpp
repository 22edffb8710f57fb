#include "props/museum/pins.h"

#include <array>

#include "props/museum/families.h"
#include "props/museum/open.h"

namespace cow::props::museum {

// clang-format off
std::span<const Exhibit> pins() {
  static constexpr std::array rows = {
      Exhibit{"A5", "a pin takes a shared page; a write reuses what has one mapping, pinned or not",
              "CVE-2020-29374, Linux 17839856fd58",
              Law::pin_stable, "", "reaches into the counts of bytes",
              &open<ReuseOverlooksPin>},
      Exhibit{"A6", "the same for huge pages only, after small ones were mended",
              "Linux 09854ba94c6a",
              Law::pin_stable, "", "reaches into the counts of bytes",
              &open<HugeReuseOverlooksPin>},
      Exhibit{"A9", "the same with roles exchanged: the parent's pin, the child's write",
              "Linux selftest cow.c, vmsplice in parent",
              Law::pin_stable, "", "reaches into the counts of bytes",
              &open<ReuseOverlooksPin>},
      Exhibit{"A12", "fork shares a pinned page like any other",
              "Linux 70e806e4e645",
              Law::pin_stable, "fork_page", "", &open<ForkSharesPinned>},
      Exhibit{"A14", "fork shares a pinned huge page like any other",
              "Linux d042035eaf5f",
              Law::pin_stable, "fork_huge", "", &open<ForkSharesPinnedHuge>},
      Exhibit{"A17", "a write copies what has more than one reference, be it the writer's own pin",
              "Linux 09854ba94c6a, libfabric #5215",
              Law::pin_stable, "write_fault", "", &open<PinForcesCopy>, Law::frugal},
      Exhibit{"A21", "a pin for reading does not unshare the page",
              "Linux selftest cow.c, 31cc5bc4af70",
              Law::pin_stable, "pin_page", "", &open<ReadPinDoesNotUnshare>},
      Exhibit{"A22", "a page that is mapped read-only is taken for a shared one",
              "Linux selftest cow.c, iouring_ro",
              Law::pin_stable, "protect_page", "", &open<ReadOnlyIsShared>},
      Exhibit{"B1-pins", "the count of pins is one bit wide and wraps",
              "CVE-2019-11487", Law::exact_count, "", "counts are unbounded in the proofs",
              &open<NarrowPinCount>},
      Exhibit{"B12", "whether a page is reused is asked of the whole huge page",
              "Linux 6d0a07edd17c",
              Law::frugal, "", "asks for the block of a small page, which terms do not have",
              &open<CountsTheWholeHugePage>},
      Exhibit{"B19", "a pin that is dropped keeps its reference",
              "Linux a3e0f9e47d5e",
              Law::exact_count, "unpin", "", &open<UnpinKeepsReference>},
  };
  return rows;
}
// clang-format on

}  // namespace cow::props::museum
