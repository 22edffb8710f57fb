#pragma once

#include <string>

#include "proofs/report.h"
#include "proofs/steps.h"

namespace cow::proofs {

/// The conditions of a path, as a person would say them.
std::string in_words(const Path& path);

/// A refutation in words: the path, the state before and after, and what the step did between.
/// `model` is one of the small world. In it "place" is the slot that the step was called for, "any"
/// the one at which the law breaks.
std::string story(const z3::model& model, const SmallWorld& world, const Scene& scene,
                  const State& before, const Path& path);

/// The state before, and what the step was asked for.
Counterexample counterexample(const z3::model& model, const SmallWorld& world, const Scene& scene,
                              const State& before);

}  // namespace cow::proofs
