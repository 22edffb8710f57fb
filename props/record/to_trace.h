#pragma once

#include <string>

#include "model/trace_text.h"
#include "props/record/event.h"

namespace cow::props::record {

/// How large the trace may become.
struct Bounds {
  model::Geometry geometry = model::Geometry::x86_64;
  std::uint32_t pages = 0;  ///< at most so many are kept; 0: as many as a world may have
  std::size_t operations = 20'000;
};

/// What of the recording is not in the trace.
struct Losses {
  std::uint64_t pages = 0;       ///< written pages, the least often written ones
  std::uint64_t processes = 0;   ///< that no name was left for, and their children
  std::uint64_t operations = 0;  ///< behind the last one that found room
  std::uint64_t refused = 0;     ///< what the reference would not do: always 0, or a bug of ours

  bool any() const { return pages + processes + operations + refused > 0; }
};

struct Converted {
  model::Trace trace;
  Losses losses;
};

/// The recording as a trace whose operations all succeed. Which bytes were written where is kept,
/// what was written is not: each write has a value of its own, so that no byte of the recorded
/// programs is in the trace, and no two writes look alike by chance.
Converted to_trace(const Recording& recording, const Bounds& bounds);

}  // namespace cow::props::record
