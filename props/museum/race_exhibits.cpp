#include "props/museum/race_exhibits.h"

#include <algorithm>
#include <array>

#include "props/museum/dirty_cow.h"
#include "props/museum/dirty_races.h"
#include "props/museum/frame_races.h"
#include "props/museum/functions_of_kernel.h"
#include "props/museum/lock_races.h"
#include "props/museum/merge_races.h"
#include "props/museum/pin_races.h"
#include "props/museum/races.h"
#include "props/museum/stage.h"
#include "props/museum/swap_races.h"
#include "props/museum/table_races.h"
#include "props/museum/tlb_races.h"

namespace cow::props {

namespace {

template <template <class> class Mutant>
std::unique_ptr<race::KernelProgram> open(const race::Case& what) {
  using Machine = race::SteppedMachine;
  return std::make_unique<race::RunsOn<museum::Stage<Machine>>>(
      what, std::make_unique<museum::Planted<Mutant, Machine>>(config_of(what.world)));
}

using namespace museum;

// clang-format off
constexpr std::array all = {
    RaceExhibit{"A1", "a forced write asks to read only, once the sharing was broken",
                "CVE-2016-5195 (Dirty COW), Linux 19be0eaffa3a", "isolation",
                &open<AsksToReadAfterBreak>},
    RaceExhibit{"A2", "a forced write's second lookup takes whatever may be read",
                "Linux 4ceb5db9757a, undone by f33ea7f404e5", "isolation",
                &open<LooksToReadAfterBreak>},
    RaceExhibit{"A3-race", "a forced write takes the huge zero page, once read, for its own",
                "CVE-2017-1000405, Linux a8f97366452e", "isolation", &open<TouchMakesDirty>},
    RaceExhibit{"A10-race", "a forced write takes a page of the file, once written, for its own",
                "CVE-2022-2590, Linux 5535be309971", "isolation", &open<DirtyIsOwn>},
    RaceExhibit{"A15-race", "a pin without a lock does not notice the fork that is at work",
                "Linux 57efa1fe5957", "pin-stable", &open<PinIgnoresFork>},
    RaceExhibit{"A16-race", "the same for huge pages only",
                "Linux hugetlb, copy_hugetlb_page_range", "pin-stable", &open<HugePinIgnoresFork>},
    RaceExhibit{"A16-hugetlb", "the same for huge pages of the pool only",
                "Linux hugetlb, copy_hugetlb_page_range", "pin-stable",
                &open<PooledPinIgnoresFork>},
    RaceExhibit{"A15-migrate", "migration looks for pins before it takes the page out of use",
                "Linux folio_migrate_mapping, try_to_migrate", "isolation",
                &open<MigrateAsksFirst>},
    RaceExhibit{"A15-collapse", "a collapse looks for pins before it takes the pages out of use",
                "Linux 2ba99c5e0881, __collapse_huge_page_isolate", "isolation",
                &open<CollapseAsksFirst>},
    RaceExhibit{"A19-race", "a pin that comes while its page goes to swap is not looked at",
                "Linux feb889fb40fa", "pin-stable", &open<PinLookedAtOnce>},
    RaceExhibit{"B11-read", "the count is read before the leaves, from which a split moves to it",
                "Linux c444eb564fb1", "sole-writer", &open<CountBeforeLeaves>},
    RaceExhibit{"B11-split", "a split drops the leaf's reference before the pages have theirs",
                "Linux c444eb564fb1", "no-dangling", &open<LeafGoesFirst>},
    RaceExhibit{"B22-race", "who is the last owner of shared memory is asked first, acted on later",
                "phoenix-rtos #1714", "exact-count", &open<AsksForTheLastOwner>},
    RaceExhibit{"C1-race", "fork flushes the parent after it gave up its locks",
                "LTP hugefork01", "tlb-coherent", &open<ForkFlushesLate>},
    RaceExhibit{"C2-race", "a page is flushed after its table was unlocked and its frame put",
                "CVE-2018-18281, Linux eb66ae030829", "permission", &open<FlushesAfterUnlock>},
    RaceExhibit{"C5-race", "the new entry comes before the old translations are gone",
                "OpenBSD 43687ba57c7d, FreeBSD D14347", "isolation", &open<NewEntryFirst>},
    RaceExhibit{"C5-migrate", "a page is copied while a CPU still writes by the old translation",
                "Linux migrate_pages, try_to_migrate", "isolation", &open<CopiesBeforeFlush>},
    RaceExhibit{"C15-race", "an entry is loaded and stored; a CPU sets its dirty bit meanwhile",
                "FreeBSD 5983c3e7851a (PR 61852)", "isolation", &open<ChangesInTwoSteps>},
    RaceExhibit{"C15-walker", "a CPU sets the dirty bit by a load and a store",
                "Intel SDM 3A, 8.1.2.1: locked for that", "sole-writer", &open<DirtiesInTwoSteps>},
    RaceExhibit{"C17-race", "a page table is freed while a processor walks it",
                "Linux 2ba99c5e0881", "tlb-coherent", &open<FreesTablesAtOnce>},
    RaceExhibit{"E4-race", "a split gives up its lock while the entry of the huge page is empty",
                "Linux ced108037c2a, 58ceeb6bec86", "tlb-coherent", &open<SplitLeavesAHole>},
    RaceExhibit{"E7-race", "a shared page table is let go of while a processor walks it",
                "CVE-2025-38085 (huge_pmd_unshare)", "tlb-coherent", &open<OwnsWithoutWaiting>},
    RaceExhibit{"F1-race", "a frame of the swap cache is found first and taken later",
                "Linux 4969c1192d15 and its follow-up", "no-dangling", &open<TakesWhatWasCached>},
    RaceExhibit{"F2-race", "two come back from one slot at once, without a lock",
                "Linux 13ddaf26be32 (CVE-2024-26759)", "no-dangling", &open<SwapWithoutLock>},
    RaceExhibit{"F6-race", "whether a frame is still cached is asked after who is alone",
                "the first kernel here", "sole-writer", &open<AsksWhetherItIsCached>},
    RaceExhibit{"G3-race", "a child is there for everyone while fork still makes it",
                "Linux dup_mmap, deepin #1278", "permission", &open<ChildIsBornEarly>},
    RaceExhibit{"G8-race", "a fault gives up the space, and goes on with the table that it found",
                "FreeBSD rS335171", "no-dangling", &open<FaultGoesOnWithItsTable>},
    RaceExhibit{"G9-race", "a page is copied without the lock, and its copy published unseen",
                "FreeBSD D49758", "no-dangling", &open<CopiesWithoutLock>},
    RaceExhibit{"G10-race", "areas change while others look through them",
                "CVE-2023-3269 (StackRot)", "no-dangling", &open<AreasChangeUnderReaders>},
    RaceExhibit{"G12-race", "a migration lets others in while pages are out of use",
                "CVE-2023-41974 (Landa)", "exact-count", &open<LetsOthersInMidway>},
    RaceExhibit{"G19-race", "the kernel goes to a page by what it saw before it gave up the lock",
                "ish #2706", "isolation", &open<KeepsNoReference>},
    RaceExhibit{"G19-file", "the kernel reads a page of a file that its process has left meanwhile",
                "the first kernel here", "isolation", &open<ReadsWhatWasLeft>},
    RaceExhibit{"G11-race", "a fault checks the area, drops the lock and does not check again",
                "CVE-2022-46689 (MacDirtyCow)", "exact-count", &open<FaultDropsItsLock>},
    RaceExhibit{"H3-race", "a merge looks for pins before it takes the page out of use",
                "Linux write_protect_page", "pin-stable", &open<MergeAsksFirst>},
    RaceExhibit{"merge-race", "pages are compared while they may still be written, and not again",
                "Linux pages_identical in try_to_merge_one_page", "isolation",
                &open<ComparesOnce>},
    RaceExhibit{"asid-switch-race", "a CPU looks for missed flushes, then says that it runs",
                "CVE-2016-2069, Linux 71b3c126e611; 83b0177a6c48", "tlb-coherent",
                &open<LooksBeforeItRuns>},
    RaceExhibit{"batch-race", "a batch is flushed after the lock of the space was given up",
                "Linux 60bae7370896", "tlb-coherent", &open<BatchFlushedLate>},
    RaceExhibit{"count-race", "a reference count goes up by a load and a store",
                "the classic lost update", "exact-count", &open<CountsInTwoSteps>},
    RaceExhibit{"lock-race", "those who share a lock are not counted: the first to leave opens it",
                "the classic reader flag", "permission", &open<SharersAreNotCounted>},
    RaceExhibit{"flush-race", "a flush does not wait for the instruction that the CPU is in",
                "the classic stale fill", "permission", &open<FlushesInMidInstruction>},
    RaceExhibit{"ipi-race", "a lock is taken where shootdowns wait, which its holders wait for",
                "the classic interrupt deadlock", "lock-order", &open<FillsUnderTheSpaceLock>},
};
// clang-format on

}  // namespace

std::span<const RaceExhibit> race_exhibits() { return all; }

const RaceExhibit* find_race_exhibit(std::string_view name) {
  const auto at = std::ranges::find(all, name, &RaceExhibit::name);
  return at == all.end() ? nullptr : &*at;
}

}  // namespace cow::props
