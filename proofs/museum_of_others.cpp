#include <array>

#include "proofs/museum_parts.h"
#include "proofs/prove.h"
#include "props/museum/collapse.h"
#include "props/museum/dirty_cow.h"
#include "props/museum/files.h"
#include "props/museum/lock_races.h"
#include "props/museum/merge.h"
#include "props/museum/permissions.h"
#include "props/museum/pin_races.h"
#include "props/museum/pins.h"
#include "props/museum/reaches.h"
#include "props/museum/tables.h"
#include "props/museum/translations.h"

// What gives up a lock in between, huge pages, merges, and page tables that processes share.

namespace cow::proofs {

std::span<const MuseumProof> museum_of_others() {
  using kernel::Law;
  namespace museum = props::museum;
  static constexpr std::array proofs = {
      MuseumProof{"A1", "reach_force", Law::isolation,
                  &prove_mutant<museum::AsksToReadAfterBreak, Group::relock>},
      MuseumProof{"A2", "reach_force", Law::isolation,
                  &prove_mutant<museum::LooksToReadAfterBreak, Group::relock>},
      MuseumProof{"A15-race", "pin_fast", Law::pin_stable,
                  &prove_mutant<museum::PinIgnoresFork, Group::relock>},
      MuseumProof{"G19-race", "reach_read", Law::isolation,
                  &prove_mutant<museum::KeepsNoReference, Group::relock>},
      MuseumProof{"G19-file", "reach_read", Law::isolation,
                  &prove_mutant<museum::ReadsWhatWasLeft, Group::relock>},
      MuseumProof{"A10", "reach_force", Law::isolation,
                  &prove_mutant<museum::ForceTakesWhatIsThere, Group::relock>},
      MuseumProof{"A3", "write_fault_huge", Law::sole_writer,
                  &prove_mutant<museum::HugeZeroReused, Group::huge>},
      MuseumProof{"A14", "fork_huge", Law::pin_stable,
                  &prove_mutant<museum::ForkSharesPinnedHuge, Group::huge>},
      MuseumProof{"C9", "split_huge", Law::tlb_coherent,
                  &prove_mutant<museum::SplitWithoutFlush, Group::huge>},
      MuseumProof{"D8-split", "split_huge", Law::frugal,
                  &prove_mutant<museum::SplitTakesWrite, Group::huge>},
      MuseumProof{"D9-split", "split_huge", Law::permission,
                  &prove_mutant<museum::SplitGrantsWrite, Group::huge>},
      MuseumProof{"D12", "write_fault_huge", Law::progress,
                  &prove_mutant<museum::HugeUpgradeLost, Group::huge>},
      MuseumProof{"split-mark", "split_huge", Law::sole_writer,
                  &prove_mutant<museum::SplitForgetsExclusive, Group::huge>},
      MuseumProof{"A32", "reach_force", Law::isolation,
                  &prove_mutant<museum::ForceWritesFile, Group::relock>},
      MuseumProof{"A26", "reach_write", Law::isolation,
                  &prove_mutant<museum::KernelWritesThrough, Group::relock>},
      MuseumProof{"G15-merge", "merge_page", Law::sole_writer,
                  &prove_mutant<museum::ProtectsOnlyWhoJoins, Group::marks>},
      MuseumProof{"B15", "drop_table", Law::exact_count,
                  &prove_mutant<museum::TableCountsPassers, Group::marks>},
      MuseumProof{"C3", "drop_table", Law::tlb_coherent,
                  &prove_mutant<museum::DropsTableUnflushed, Group::marks>},
      MuseumProof{"D11", "own_entry", Law::sole_writer,
                  &prove_mutant<museum::FirstWriterTakesTable, Group::marks>},
      MuseumProof{"E8", "own_entry", Law::sole_writer,
                  &prove_mutant<museum::SharesOneLevelTooHigh, Group::marks>},
      MuseumProof{"H3", "merge_page", Law::pin_stable,
                  &prove_mutant<museum::MergesPinned, Group::marks>},
  };
  return proofs;
}

}  // namespace cow::proofs
