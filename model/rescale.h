#pragma once

#include "model/op.h"

namespace cow::model {

/// The same story in another geometry: huge page k stays huge page k, and a distance from the
/// start or (in the upper half) from the end of a huge page or of a page keeps that distance, so
/// that a range which crossed a border still crosses it. Frames scale with those of the default
/// worlds. What the other geometry has no room for is clamped: to a smaller geometry, distances
/// (pages may fold into one); to a larger one, huge pages beyond the largest world. A page in the
/// world stays in it, a range that reached outside still does.
Trace rescale(const Trace& trace, Geometry to);

}  // namespace cow::model
