#include "props/museum/files.h"

#include <array>

#include "props/museum/families.h"
#include "props/museum/open_own.h"

namespace cow::props::museum {

// clang-format off
std::span<const Exhibit> files() {
  static constexpr std::array rows = {
      Exhibit{"E17", "the zero page is mapped with all that the area allows", "k23 #295",
              Law::sole_writer, "demand_zero_page", "", &open<ZeroPageWritable>},
      Exhibit{"A3", "a write to the huge zero page is taken for done",
              "CVE-2017-1000405 (Huge Dirty COW), Linux a8f97366452e",
              Law::sole_writer, "write_fault_huge", "", &open<HugeZeroReused>},
      Exhibit{"A3-small", "a write reuses the zero page", "CVE-2017-1000405, its small twin",
              Law::sole_writer, "write_fault", "", &open<ZeroReused>},
      Exhibit{"A21-zero", "a pin for reading takes the zero page as it is",
              "Linux 31cc5bc4af70, cow.c: shared zeropage",
              Law::pin_stable, "pin_page", "", &open_own<PinsZeroPage>},
      Exhibit{"A21-file", "a pin for reading takes a page of the file as it is",
              "Linux 31cc5bc4af70, cow.c: memfd, tmpfile",
              Law::pin_stable, "pin_page", "", &open_own<PinsFilePage>},
      Exhibit{"E5", "a private write takes over the file's page that nobody else maps",
              "LTP hugemmap09", Law::sole_writer, "", "looks for the file's pages by itself",
              &open<FilePageReused>},
      Exhibit{"A32", "a forced write goes to the file's page", "CVE-2013-2171 (FreeBSD)",
              Law::isolation, "reach_force", "", &open<ForceWritesFile>, Law::frugal},
      Exhibit{"D18-file", "protect grants write to what shows the file",
              "nanvix #3178, its twin for files",
              Law::sole_writer, "protect_page", "", &open<ProtectGrantsFile>},
      Exhibit{"D10", "a page of a huge page is copied as if nobody had written it", "tinykvm #84",
              Law::isolation, "write_fault", "", &open<HugePartIsZero>, Law::frugal},
      Exhibit{"G17-file", "private mappings of a file merge wherever their pages lie in it",
              "Linux 7e7757876f25, 2fcd07b7ccd5",
              Law::isolation, "", outside_steps, &open<MergesFileAreas>},
      Exhibit{"collapse-file", "a collapse makes the file's pages the process's own",
              "Linux khugepaged, hugepage_vma_check",
              Law::frugal, "", outside_steps, &open<CollapsesFile>, Law::isolation},
      Exhibit{"swap-file", "what shows the file goes to swap and stays what it was",
              "the first kernel here, by reasoning",
              Law::isolation, "", outside_steps, &open_own<SwapsFile>, Law::frugal},
      Exhibit{"D21-file", "what is written first does not begin with the file's bytes",
              "SerenityOS #15952, its twin",
              Law::isolation, "", outside_steps, &open_own<FileBeginsZero>},
      Exhibit{"G15-file", "a private page is copied at first touch, not at the first write",
              "mitos #771, #820: one-sided copy-on-write", Law::frugal, "", outside_steps,
              &open_own<FileCopiedAtOnce>, Law::isolation},
  };
  return rows;
}
// clang-format on

}  // namespace cow::props::museum
