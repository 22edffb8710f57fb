#pragma once

#include "proofs/invariants.h"

namespace cow::proofs {

/// Makes the next model one that a person can read: adds, as far as the conditions stay
/// satisfiable, that there are no pins, no swap, no objects, nothing of another size, and so on; of
/// all slots and frames at once, or else of as many as can be. REQUIRES: the solver answered
/// `satisfiable`. It has a model afterwards.
void prefer_simple(Solver& solver, const SmallWorld& world, const Scene& scene,
                   const State& before);

}  // namespace cow::proofs
