#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "model/op.h"

namespace cow::model {

/// A trace as bytes, for fuzzers: 4 bytes choose the world, then `bytes_per_op` an operation.
/// Every byte string decodes to a valid trace (a short tail is dropped), by taking each field
/// modulo what is possible; fixed sizes keep cuts and splices of byte strings meaningful.
/// The layout stands in trace_bytes.cpp.
inline constexpr std::size_t bytes_per_world = 4;
inline constexpr std::size_t bytes_per_op = 12;

/// Fewer bytes than a world: as if zeroes followed, which choose the default number of frames.
Trace decode(std::span<const std::uint8_t> bytes, Geometry geometry = Geometry::tiny);

/// The inverse: `decode(encode(t), t.world.geometry) == t` for every t that `decode` can produce.
/// For any other trace the nearest that it can: other sizes of worlds, and fields beyond a limit
/// (e.g. an empty range), move to the closest value that there is.
std::vector<std::uint8_t> encode(const Trace& trace);

}  // namespace cow::model
