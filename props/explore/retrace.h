#pragma once

#include "props/explore/explore.h"
#include "props/explore/worker.h"

namespace cow::props::explore {

/// Writes the counterexample that ends with the transition `last` into `out`: follows the links
/// back to the start, performs the operations forwards, in the names that the processes have
/// without renaming, and has the lockstep judge the trace.
void retrace(const ExploreOptions& options, const Store& store, Link last, Worker& worker,
             Explored& out);

}  // namespace cow::props::explore
