#include <array>

#include "proofs/museum_parts.h"
#include "proofs/prove.h"
#include "props/museum/batches.h"
#include "props/museum/hugetlb.h"

// Huge pages of the pool, and flushes in batches.

namespace cow::proofs {

std::span<const MuseumProof> museum_of_blocks() {
  using kernel::Law;
  namespace museum = props::museum;
  static constexpr std::array proofs = {
      MuseumProof{"A7", "pin_huge", Law::pin_stable,
                  &prove_mutant<museum::PooledReuseOverlooksPin, Group::huge>},
      MuseumProof{"A12-hugetlb", "fork_hugetlb", Law::pin_stable,
                  &prove_mutant<museum::ForkSharesPinnedPooled, Group::huge>},
      MuseumProof{"A21-hugetlb", "pin_huge", Law::pin_stable,
                  &prove_mutant<museum::PooledReadPinDoesNotUnshare, Group::huge>},
      MuseumProof{"hugetlb-zero", "demand_hugetlb", Law::no_disclosure,
                  &prove_mutant<museum::PooledPageIsNotZeroed, Group::huge>},
      MuseumProof{"batch-freed", "unmap_pages", Law::no_dangling,
                  &prove_mutant<museum::FramesGoFirst, Group::marks>},
      MuseumProof{"batch-short", "unmap_pages", Law::tlb_coherent,
                  &prove_mutant<museum::BatchEndsEarly, Group::marks>},
  };
  return proofs;
}

}  // namespace cow::proofs
