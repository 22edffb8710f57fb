#pragma once

#include "props/explore/explore.h"
#include "props/explore/store.h"

namespace cow::props::explore {

/// What a file holds of an exploration, or is to be filled from one.
struct Checkpoint {
  const ExploreOptions& options;
  Store& store;
  Explored& explored;
  std::uint64_t& expanded;
  std::uint64_t& transitions;
  double& seconds;
};

/// Writes `options.save`: first a file beside it, which then takes its name, so that whoever is
/// killed leaves a whole file. Throws ExploreError.
void save_checkpoint(const Checkpoint& state);

/// Reads `options.resume`, which must be of the same version, subject, scope and reduction.
/// Throws ExploreError.
void load_checkpoint(const Checkpoint& state);

}  // namespace cow::props::explore
