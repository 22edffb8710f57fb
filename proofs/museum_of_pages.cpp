#include <array>

#include "proofs/museum_parts.h"
#include "proofs/prove.h"
#include "props/museum/counts.h"
#include "props/museum/files.h"
#include "props/museum/forks.h"
#include "props/museum/merge.h"
#include "props/museum/permissions.h"
#include "props/museum/pins.h"
#include "props/museum/swap.h"
#include "props/museum/translations.h"

// The steps of one small page.

namespace cow::proofs {

std::span<const MuseumProof> museum_of_pages() {
  using kernel::Law;
  namespace museum = props::museum;
  static constexpr std::array proofs = {
      MuseumProof{"B11", "write_fault", Law::sole_writer,
                  &prove_mutant<museum::ReuseOverlooksLeaf, Group::small>},
      MuseumProof{"D10", "write_fault", Law::isolation,
                  &prove_mutant<museum::HugePartIsZero, Group::small>},
      MuseumProof{"A3-small", "write_fault", Law::sole_writer,
                  &prove_mutant<museum::ZeroReused, Group::small>},
      MuseumProof{"A21-file", "pin_page", Law::pin_stable,
                  &prove_mutant<museum::PinsFilePage, Group::small>},
      MuseumProof{"A21-zero", "pin_page", Law::pin_stable,
                  &prove_mutant<museum::PinsZeroPage, Group::small>},
      MuseumProof{"D18-file", "protect_page", Law::sole_writer,
                  &prove_mutant<museum::ProtectGrantsFile, Group::small>},
      MuseumProof{"E17", "demand_zero_page", Law::sole_writer,
                  &prove_mutant<museum::ZeroPageWritable, Group::small>},
      MuseumProof{"A12", "fork_page", Law::pin_stable,
                  &prove_mutant<museum::ForkSharesPinned, Group::small>},
      MuseumProof{"A17", "write_fault", Law::pin_stable,
                  &prove_mutant<museum::PinForcesCopy, Group::small>},
      MuseumProof{"A19", "swap_out", Law::pin_stable,
                  &prove_mutant<museum::PinnedGoesToSwap, Group::small>},
      MuseumProof{"A21", "pin_page", Law::pin_stable,
                  &prove_mutant<museum::ReadPinDoesNotUnshare, Group::small>},
      MuseumProof{"A22", "protect_page", Law::pin_stable,
                  &prove_mutant<museum::ReadOnlyIsShared, Group::small>},
      MuseumProof{"B19", "unpin", Law::exact_count,
                  &prove_mutant<museum::UnpinKeepsReference, Group::small>},
      MuseumProof{"B9-leak", "write_fault", Law::exact_count,
                  &prove_mutant<museum::CopyKeepsSource, Group::small>},
      MuseumProof{"B9-uaf", "write_fault", Law::no_dangling,
                  &prove_mutant<museum::CopyPutsTwice, Group::small>},
      MuseumProof{"B10", "fork_page", Law::exact_count,
                  &prove_mutant<museum::ReadOnlyUncounted, Group::small>},
      MuseumProof{"B24", "write_fault", Law::frugal,
                  &prove_mutant<museum::NeverReuses, Group::small>},
      MuseumProof{"C1", "fork_flush", Law::tlb_coherent,
                  &prove_mutant<museum::ForkWithoutFlush, Group::small>},
      MuseumProof{"D18", "protect_page", Law::sole_writer,
                  &prove_mutant<museum::ProtectGrantsWrite, Group::small>},
      MuseumProof{"E13", "demand_zero", Law::frugal,
                  &prove_mutant<museum::FirstTouchReadOnly, Group::small>},
      MuseumProof{"F5", "fork_page", Law::exact_count,
                  &prove_mutant<museum::ForkDoesNotCountSlot, Group::small>},
      MuseumProof{"F6-reuse", "write_fault", Law::sole_writer,
                  &prove_mutant<museum::ReuseStaysCached, Group::small>},
      MuseumProof{"G15", "fork_page", Law::sole_writer,
                  &prove_mutant<museum::ForkProtectsChildOnly, Group::small>},
      MuseumProof{"H2", "write_fault", Law::sole_writer,
                  &prove_mutant<museum::NeverWithdraws, Group::small>},
      MuseumProof{"H2-protect", "protect_page", Law::sole_writer,
                  &prove_mutant<museum::ProtectUpgradesMerged, Group::small>},
      MuseumProof{"no-zero", "demand_zero", Law::no_disclosure,
                  &prove_mutant<museum::SkipsZeroing, Group::small>},
      MuseumProof{"slot-free", "swap_in", Law::no_dangling,
                  &prove_mutant<museum::PutsSlotsTwice, Group::small>},
      MuseumProof{"slot-leak", "swap_in", Law::exact_count,
                  &prove_mutant<museum::KeepsSlots, Group::small>},
      MuseumProof{"swap-zero", "swap_in", Law::isolation,
                  &prove_mutant<museum::ComesBackZero, Group::small>},
      MuseumProof{"D4", "swap_out", Law::isolation,
                  &prove_mutant<museum::MergedIsClean, Group::small>},
      MuseumProof{"swap-zero-page", "swap_out", Law::frugal,
                  &prove_mutant<museum::ZeroPageGoesToSwap, Group::small>},
  };
  return proofs;
}

}  // namespace cow::proofs
