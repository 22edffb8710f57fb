#pragma once

#include <span>
#include <string_view>

#include "impl/kernel/law.h"
#include "proofs/report.h"

namespace cow::proofs {

/// A mutant of the museum (props/museum) that a proof must refute, by its exhibit's name.
struct MuseumProof {
  std::string_view exhibit;
  std::string_view step;  ///< the step whose proof fails, under
  kernel::Law law;        ///< this law
  Report (*prove)(const Options&);
};

/// Those that a proof can see. The museum says of each other one why none can.
std::span<const MuseumProof> museum_proofs();

}  // namespace cow::proofs
