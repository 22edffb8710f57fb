#pragma once

#include "model/op.h"

namespace cow::props {

/// The order in which shrinking descends: fewer operations first, then operation by operation
/// the more ordinary one (no failing allocation, no hints, private, writable; low numbers, short
/// ranges, low places). A trace has finitely many simpler ones of its world, so every descent ends.
bool simpler(const model::Trace& a, const model::Trace& b);

}  // namespace cow::props
