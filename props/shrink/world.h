#pragma once

#include "props/shrink/shrink.h"

namespace cow::props {

/// Moves a failing trace to the default world of its geometry, or as near to it as the same bug
/// still shows: a reader then need not ask what is special about its world. Where the trace fails
/// because memory ran out, an injected failure of the last operation may stand in for that.
/// Answers the trace and its failure there; the given ones when nothing else fails the same way.
struct Moved {
  model::Trace trace;
  Failure failure;
};
Moved to_default_world(const Executor& executor, const model::Trace& trace, const Failure& found);

}  // namespace cow::props
