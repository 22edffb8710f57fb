#include "proofs/museum.h"

#include <array>

#include "proofs/prove.h"
#include "props/museum/collapse.h"
#include "props/museum/counts.h"
#include "props/museum/dirty_cow.h"
#include "props/museum/files.h"
#include "props/museum/forks.h"
#include "props/museum/lock_races.h"
#include "props/museum/merge.h"
#include "props/museum/permissions.h"
#include "props/museum/pin_races.h"
#include "props/museum/pins.h"
#include "props/museum/reaches.h"
#include "props/museum/swap.h"
#include "props/museum/translations.h"

namespace cow::proofs {

std::span<const MuseumProof> museum_proofs() {
  using kernel::Law;
  namespace museum = props::museum;
  static constexpr std::array proofs = {
      // Of races: what other CPUs do meanwhile.
      MuseumProof{"A1", "reach_write", Law::isolation, &prove_mutant<museum::AsksToReadAfterBreak>},
      MuseumProof{"A2", "reach_write", Law::isolation,
                  &prove_mutant<museum::LooksToReadAfterBreak>},
      MuseumProof{"A15-race", "pin_fast", Law::pin_stable, &prove_mutant<museum::PinIgnoresFork>},
      MuseumProof{"G19-race", "reach_read", Law::isolation,
                  &prove_mutant<museum::KeepsNoReference>},
      MuseumProof{"G19-file", "reach_read", Law::isolation,
                  &prove_mutant<museum::ReadsWhatWasLeft>},
      // Of one operation at a time.
      MuseumProof{"A10", "reach_write", Law::isolation,
                  &prove_mutant<museum::ForceTakesWhatIsThere>},
      MuseumProof{"A3", "write_fault_huge", Law::sole_writer,
                  &prove_mutant<museum::HugeZeroReused>},
      MuseumProof{"A14", "fork_huge", Law::pin_stable, &prove_mutant<museum::ForkSharesPinnedHuge>},
      MuseumProof{"B11", "write_fault", Law::sole_writer,
                  &prove_mutant<museum::ReuseOverlooksLeaf>},
      MuseumProof{"C9", "split_huge", Law::tlb_coherent, &prove_mutant<museum::SplitWithoutFlush>},
      MuseumProof{"D8-split", "split_huge", Law::frugal, &prove_mutant<museum::SplitTakesWrite>},
      MuseumProof{"D9-split", "split_huge", Law::permission,
                  &prove_mutant<museum::SplitGrantsWrite>},
      MuseumProof{"D10", "write_fault", Law::isolation, &prove_mutant<museum::HugePartIsZero>},
      MuseumProof{"D12", "write_fault_huge", Law::progress, &prove_mutant<museum::HugeUpgradeLost>},
      MuseumProof{"split-mark", "split_huge", Law::sole_writer,
                  &prove_mutant<museum::SplitForgetsExclusive>},
      MuseumProof{"A3-small", "write_fault", Law::sole_writer, &prove_mutant<museum::ZeroReused>},
      MuseumProof{"A21-file", "pin_page", Law::pin_stable, &prove_mutant<museum::PinsFilePage>},
      MuseumProof{"A21-zero", "pin_page", Law::pin_stable, &prove_mutant<museum::PinsZeroPage>},
      MuseumProof{"A32", "reach_write", Law::isolation, &prove_mutant<museum::ForceWritesFile>},
      MuseumProof{"D18-file", "protect_page", Law::sole_writer,
                  &prove_mutant<museum::ProtectGrantsFile>},
      MuseumProof{"E17", "demand_zero_page", Law::sole_writer,
                  &prove_mutant<museum::ZeroPageWritable>},
      MuseumProof{"A12", "fork_page", Law::pin_stable, &prove_mutant<museum::ForkSharesPinned>},
      MuseumProof{"A17", "write_fault", Law::pin_stable, &prove_mutant<museum::PinForcesCopy>},
      MuseumProof{"A19", "swap_out", Law::pin_stable, &prove_mutant<museum::PinnedGoesToSwap>},
      MuseumProof{"A21", "pin_page", Law::pin_stable, &prove_mutant<museum::ReadPinDoesNotUnshare>},
      MuseumProof{"A22", "protect_page", Law::pin_stable, &prove_mutant<museum::ReadOnlyIsShared>},
      MuseumProof{"A26", "reach_write", Law::isolation, &prove_mutant<museum::KernelWritesThrough>},
      MuseumProof{"B19", "unpin", Law::exact_count, &prove_mutant<museum::UnpinKeepsReference>},
      MuseumProof{"B9-leak", "write_fault", Law::exact_count,
                  &prove_mutant<museum::CopyKeepsSource>},
      MuseumProof{"B9-uaf", "write_fault", Law::no_dangling, &prove_mutant<museum::CopyPutsTwice>},
      MuseumProof{"B10", "fork_page", Law::exact_count, &prove_mutant<museum::ReadOnlyUncounted>},
      MuseumProof{"B24", "write_fault", Law::frugal, &prove_mutant<museum::NeverReuses>},
      MuseumProof{"C1", "fork_flush", Law::tlb_coherent, &prove_mutant<museum::ForkWithoutFlush>},
      MuseumProof{"D18", "protect_page", Law::sole_writer,
                  &prove_mutant<museum::ProtectGrantsWrite>},
      MuseumProof{"E13", "demand_zero", Law::frugal, &prove_mutant<museum::FirstTouchReadOnly>},
      MuseumProof{"F5", "fork_page", Law::exact_count, &prove_mutant<museum::ForkDoesNotCountSlot>},
      MuseumProof{"F6-reuse", "write_fault", Law::sole_writer,
                  &prove_mutant<museum::ReuseStaysCached>},
      MuseumProof{"G15", "fork_page", Law::sole_writer,
                  &prove_mutant<museum::ForkProtectsChildOnly>},
      MuseumProof{"H2", "write_fault", Law::sole_writer, &prove_mutant<museum::NeverWithdraws>},
      MuseumProof{"H2-protect", "protect_page", Law::sole_writer,
                  &prove_mutant<museum::ProtectUpgradesMerged>},
      MuseumProof{"no-zero", "demand_zero", Law::no_disclosure,
                  &prove_mutant<museum::SkipsZeroing>},
      MuseumProof{"slot-free", "swap_in", Law::no_dangling, &prove_mutant<museum::PutsSlotsTwice>},
      MuseumProof{"slot-leak", "swap_in", Law::exact_count, &prove_mutant<museum::KeepsSlots>},
      MuseumProof{"swap-zero", "swap_in", Law::isolation, &prove_mutant<museum::ComesBackZero>},
  };
  return proofs;
}

}  // namespace cow::proofs
