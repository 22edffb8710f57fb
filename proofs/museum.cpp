#include "proofs/museum.h"

#include <vector>

#include "proofs/museum_parts.h"

namespace cow::proofs {

std::span<const MuseumProof> museum_proofs() {
  static const auto all = [] {
    std::vector<MuseumProof> list;
    for (const auto& part :
         {museum_of_others(), museum_of_pages(), museum_of_marks(), museum_of_blocks()}) {
      list.insert(list.end(), part.begin(), part.end());
    }
    return list;
  }();
  return all;
}

}  // namespace cow::proofs
