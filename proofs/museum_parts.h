#pragma once

#include "proofs/museum.h"

/// The mutants by what they are about, a file each, which compile side by side. Not for others.
namespace cow::proofs {

std::span<const MuseumProof> museum_of_pages();   ///< the steps of one small page
std::span<const MuseumProof> museum_of_blocks();  ///< the pool of huge pages, and batches
std::span<const MuseumProof> museum_of_others();  ///< locks given up, huge pages, merges, tables
std::span<const MuseumProof> museum_of_marks();   ///< what entries say of writes to their pages

}  // namespace cow::proofs
