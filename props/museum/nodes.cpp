#include "props/museum/nodes.h"

#include <array>

#include "props/museum/families.h"
#include "props/museum/open.h"

namespace cow::props::museum {

// clang-format off
std::span<const Exhibit> nodes() {
  static constexpr std::string_view terms = "terms have no nodes";
  static constexpr std::array rows = {
      Exhibit{"node-first", "every CPU takes frames from the first node", "",
              Law::frugal, "", terms, &open<FirstNodeFirst>},
      Exhibit{"node-far", "when the own node has none, the farthest one is asked next", "",
              Law::frugal, "", terms, &open<FarthestNodeNext>},
      Exhibit{"node-left-out", "the last node is on nobody's list", "",
              Law::frugal, "", terms, &open<NodeLeftOut>},
      Exhibit{"node-huge", "huge pages are looked for from the far end", "",
              Law::frugal, "", terms, &open<HugePagesFromAfar>},
      Exhibit{"node-compact", "compaction moves pages to another node", "",
              Law::frugal, "", terms, &open<CompactedToAnotherNode>},
  };
  return rows;
}
// clang-format on

}  // namespace cow::props::museum
