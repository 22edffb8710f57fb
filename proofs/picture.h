#pragma once

#include <string>
#include <vector>

#include "impl/kernel/plain_state.h"

namespace cow::proofs {

/// Names for what a state has: slots "P0 p1" by their processes, objects' entries "o0".
std::vector<std::string> slot_names(const kernel::PlainState& state);

/// A state as a picture in text: processes with their entries and what the TLB has, objects, frames
/// with their counts, pages of swap. `remarks`: one for each slot, such as its role; may be empty.
std::string picture(const kernel::PlainState& state, const std::vector<std::string>& remarks);

}  // namespace cow::proofs
