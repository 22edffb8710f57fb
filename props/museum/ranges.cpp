#include "props/museum/ranges.h"

#include <array>

#include "props/museum/families.h"
#include "props/museum/open.h"

namespace cow::props::museum {

// clang-format off
std::span<const Exhibit> ranges() {
  static constexpr std::array rows = {
      Exhibit{"A24", "the range of dontfork is rounded inwards, to whole huge pages",
              "libfabric #5215 (inferred)",
              Law::permission, "", outside_steps, &open<AdviceRoundsInwards>, Law::isolation},
      Exhibit{"E1", "remap takes a huge page for a page table, and moves it as one",
              "CVE-2020-10757",
              Law::no_dangling, "", outside_steps, &open<MovesLeafAsTable>},
      Exhibit{"E3", "remap makes tables for small pages before it finds a huge one",
              "LTP thp02",
              Law::isolation, "", outside_steps, &open<MakesTablesFirst>, Law::exact_count},
      Exhibit{"E15", "the length of a range is kept in too few bits",
              "LTP fork14, Linux 7edc8b0ac16c",
              Law::permission, "", outside_steps, &open<LengthIsNarrow>, Law::refused_unchanged},
      Exhibit{"G13", "unmap rounds the end of a range down",
              "CVE-2023-32434, CVE-2023-23536 (XNU)",
              Law::permission, "", outside_steps, &open<UnmapRoundsDown>, Law::frugal},
  };
  return rows;
}
// clang-format on

}  // namespace cow::props::museum
