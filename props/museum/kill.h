#pragma once

#include <chrono>
#include <optional>

#include "props/museum/museum.h"

namespace cow::props {

/// How one engine fared against one exhibit.
struct Kill {
  bool caught = false;    ///< some law broke
  bool expected = false;  ///< and it was what the exhibit is expected to break
  std::optional<Law> law;
  double seconds = 0;
  std::size_t operations = 0;  ///< of the trace
};

/// Runs the exhibit's minimal trace (props/traces/museum). Its last line names the law too.
Kill kill_by_trace(const Exhibit& exhibit);

/// Random traces of this seed on one core until one fails or time is up.
Kill kill_by_random(const Exhibit& exhibit, std::uint64_t seed, std::chrono::milliseconds limit);

/// Explores all scopes, a depth after the other, until one finds it: so the trace is a shortest one
/// that any scope has. Gives up behind `depth` operations.
Kill kill_by_explore(const Exhibit& exhibit, unsigned depth);

}  // namespace cow::props
