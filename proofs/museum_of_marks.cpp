#include <array>

#include "proofs/museum_parts.h"
#include "proofs/prove.h"
#include "props/museum/given_up.h"
#include "props/museum/guards.h"
#include "props/museum/soft_dirty.h"
#include "props/museum/uffd.h"

// What entries say of writes to their pages.

namespace cow::proofs {

std::span<const MuseumProof> museum_of_marks() {
  using kernel::Law;
  namespace museum = props::museum;
  static constexpr std::array proofs = {
      MuseumProof{"C2-free", "give_up_page", Law::tlb_coherent,
                  &prove_mutant<museum::GivesUpWithoutFlush, Group::marks>},
      MuseumProof{"C2-free-huge", "give_up_huge", Law::tlb_coherent,
                  &prove_mutant<museum::GivesUpHugeWithoutFlush, Group::huge>},
      MuseumProof{"D1-kernel", "reach_write", Law::isolation,
                  &prove_mutant<museum::OnlyProcessorsDirty, Group::relock>},
      MuseumProof{"D1-protect", "protect_page", Law::isolation,
                  &prove_mutant<museum::ProtectUndirties, Group::small>},
      MuseumProof{"D1-remap", "move_page", Law::isolation,
                  &prove_mutant<museum::MoveUndirties, Group::small>},
      MuseumProof{"D1-split", "split_huge", Law::isolation,
                  &prove_mutant<museum::SplitUndirties, Group::huge>},
      MuseumProof{"D9-free", "pin_page", Law::permission,
                  &prove_mutant<museum::DirtyIsWritable, Group::small>},
      MuseumProof{"free-dirty", "page_out", Law::isolation,
                  &prove_mutant<museum::DropsWhatWasGivenUp, Group::marks>},
      MuseumProof{"guard-fault", "fault_read", Law::permission,
                  &prove_mutant<museum::FaultOverlooksGuard, Group::relock>},
      MuseumProof{"guard-remap", "move_page", Law::permission,
                  &prove_mutant<museum::MoveDropsGuards, Group::small>},
      MuseumProof{"A11-mark", "reach_force", Law::accounted,
                  &prove_mutant<museum::ForceIsNotNoted, Group::relock>},
      MuseumProof{"A17-mark", "clear_page_refs", Law::accounted,
                  &prove_mutant<museum::ClearsWhatIsPinned, Group::marks>},
      MuseumProof{"C2-mark", "clear_page_refs", Law::tlb_coherent,
                  &prove_mutant<museum::ClearsWithoutFlush, Group::marks>},
      MuseumProof{"D5", "swap_out", Law::accounted,
                  &prove_mutant<museum::SwapForgetsWrite, Group::small>},
      MuseumProof{"D5-remap", "move_page", Law::accounted,
                  &prove_mutant<museum::MoveForgetsWrite, Group::small>},
      MuseumProof{"D5-split", "split_huge", Law::accounted,
                  &prove_mutant<museum::SplitForgetsWrite, Group::huge>},
      MuseumProof{"D7", "protect_page", Law::accounted,
                  &prove_mutant<museum::ProtectOverlooksMark, Group::small>},
      MuseumProof{"D7-huge", "protect_huge", Law::accounted,
                  &prove_mutant<museum::ProtectOverlooksHugeMark, Group::huge>},
      MuseumProof{"mark-nothing", "clear_page_refs", Law::frugal,
                  &prove_mutant<museum::ClearsNothing, Group::marks>},
      MuseumProof{"A11", "reach_force", Law::permission,
                  &prove_mutant<museum::ForceOverlooksWp, Group::relock>},
      MuseumProof{"A21-wp", "unshare", Law::permission,
                  &prove_mutant<museum::UnshareForgetsWp, Group::small>},
      MuseumProof{"C2-wp", "write_protect_page", Law::tlb_coherent,
                  &prove_mutant<museum::WpWithoutFlush, Group::marks>},
      MuseumProof{"D5-wp", "swap_out", Law::permission,
                  &prove_mutant<museum::SwapForgetsWp, Group::small>},
      MuseumProof{"D7-wp", "protect_page", Law::permission,
                  &prove_mutant<museum::ProtectOverlooksWp, Group::small>},
      MuseumProof{"D8-wp-split", "split_huge", Law::permission,
                  &prove_mutant<museum::SplitForgetsWp, Group::huge>},
      MuseumProof{"D24", "fault_write", Law::permission,
                  &prove_mutant<museum::MissingGoesFirst, Group::relock>},
      MuseumProof{"D24-swap", "fault_write", Law::permission,
                  &prove_mutant<museum::SwappedGoesFirst, Group::relock>},
      MuseumProof{"wp-remap", "move_page", Law::permission,
                  &prove_mutant<museum::MovedKeepsWp, Group::small>},
  };
  return proofs;
}

}  // namespace cow::proofs
