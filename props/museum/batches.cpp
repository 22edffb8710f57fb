#include "props/museum/batches.h"

#include <array>

#include "props/museum/families.h"
#include "props/museum/open.h"

namespace cow::props::museum {

// clang-format off
std::span<const Exhibit> batches() {
  static constexpr std::string_view sort = "knows what a batch is for";
  static constexpr std::array rows = {
      Exhibit{"batch-unmap", "the flush of what was unmapped together is forgotten",
              "Linux 99baac21e458 (MADV_DONTNEED)", Law::tlb_coherent, "", sort,
              &open<UnmapUnflushed>},
      Exhibit{"batch-exit", "a process that leaves does not flush what it had",
              "Linux mmu_gather, fullmm", Law::tlb_coherent, "", sort, &open<ExitUnflushed>},
      Exhibit{"batch-protect", "the flush of what was protected together is forgotten",
              "Linux 3ea277194daa (mprotect)", Law::tlb_coherent, "", sort,
              &open<ProtectUnflushed>},
      Exhibit{"batch-pageout", "the flush of what went to swap together is forgotten",
              "Linux 3ea277194daa (TTU_BATCH_FLUSH)", Law::tlb_coherent, "", sort,
              &open<PageoutUnflushed>},
      Exhibit{"batch-freed", "the frames of a batch go before its flush",
              "Linux mmu_gather, tlb_batch_pages_flush", Law::tlb_coherent, "unmap_pages", "",
              &open<FramesGoFirst>, Law::no_dangling},
      Exhibit{"batch-short", "the range of a batch ends before its last page",
              "Linux mmu_gather, __tlb_adjust_range", Law::tlb_coherent, "unmap_pages", "",
              &open<BatchEndsEarly>},
      Exhibit{"batch-huge", "the flush of a range leaves the translations of huge pages",
              "Linux mmu_gather, tlb_remove_pmd_tlb_entry", Law::tlb_coherent, "", inside_tlbs,
              &open<BatchKeepsHuge>},
      Exhibit{"batch-local", "the flush of a range interrupts the first CPU only",
              "osv #1475", Law::tlb_coherent, "", inside_tlbs, &open<BatchFlushesLocally>},
      Exhibit{"batch-second", "what comes behind a batch that was full is not flushed",
              "Linux mmu_gather, tlb_flush_mmu", Law::tlb_coherent, "", remembers,
              &open<SecondBatchUnflushed>},
  };
  return rows;
}
// clang-format on

}  // namespace cow::props::museum
