#pragma once

#include "props/proved/rebuild.h"

namespace cow::props::proved {

/// Makes `built.reference` what the built machine's processes see.
void put_reference_beside(const MachineState& state, Built& built);

/// The first page or pin of which machine and reference say something else, in words; empty: none.
/// Drops from the reference what was given up and the machine has dropped.
std::string seen_otherwise(const Machine& machine, model::Reference& reference);

/// The first page that was written and counts as not written, in words; empty: none.
std::string not_told(const Machine& machine, const model::Reference& reference);

}  // namespace cow::props::proved
