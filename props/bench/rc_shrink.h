#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "model/op.h"

/// The rivals of our shrinker: both ways in which RapidCheck shrinks a list of operations.
namespace cow::props::bench {

struct RivalShrunk {
  std::size_t operations = 0;  ///< of the shortest failing trace that it found
  std::uint64_t runs = 0;
  double seconds = 0;
  bool finished = false;  ///< false: stopped at the limit
};

using Ops = std::vector<model::Op>;

/// Runs operations from a fresh start: how many ran when they failed in the same way, the ending
/// and the failing one counted; 0 when they did not.
using FailsAfter = std::function<std::size_t(const Ops&)>;

/// As rc::state shrinks a sequence of commands: by removing every subrange, the longest first,
/// then by shrinking single commands. Its best case: operations are total, so that no command has
/// a precondition, needs a model, or is drawn again. Stops after `limit` CPU seconds.
RivalShrunk shrink_commands(const Ops& failing, const FailsAfter& fails_after, double limit);

/// As RapidCheck shrinks any vector: by removing chunks, then by shrinking single elements.
RivalShrunk shrink_vector(const Ops& failing, const FailsAfter& fails_after, double limit);

}  // namespace cow::props::bench
