#pragma once

#include "props/proved/rebuild.h"

namespace cow::props::proved {

/// Makes `built.reference` what the built machine's processes see.
void put_reference_beside(const MachineState& state, Built& built);

/// What machine and reference do not agree about.
struct Difference {
  kernel::Law law = kernel::Law::isolation;
  std::string text;  ///< empty: nothing
};
/// The first page or pin that shows other bytes than the reference says.
/// Drops from the reference what was given up and the machine has dropped.
Difference seen_otherwise(const Machine& machine, model::Reference& reference);

/// The first page that was written and counts as not written, in words; empty: none.
std::string not_told(const Machine& machine, const model::Reference& reference);

}  // namespace cow::props::proved
