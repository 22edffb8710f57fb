#pragma once

#include "impl/machine/audit.h"
#include "props/proved/rebuild.h"

namespace cow::props::proved {

// `audit` has just looked at the machine, properly.
using Audit = machine::Audit<machine::Tiny>;

/// Makes `built.reference` what the built machine's processes see.
void put_reference_beside(const MachineState& state, const Audit& audit, Built& built);

/// What machine and reference do not agree about.
struct Difference {
  kernel::Law law = kernel::Law::isolation;
  std::string text;  ///< empty: nothing
};
/// The first page or pin that shows other bytes than the reference says.
/// Drops from the reference what was given up and the machine has dropped.
Difference seen_otherwise(const Machine& machine, const Audit& audit, model::Reference& reference);

}  // namespace cow::props::proved
