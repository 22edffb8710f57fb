#pragma once

#include <chrono>
#include <cstdint>
#include <span>
#include <string>

#include "props/run/random.h"

namespace cow::props::cli {

enum class Verdict : std::uint8_t { pass, fail, vacuous, unknown };

std::string_view name(Verdict verdict);

/// The worst of all: a failure before a gap before a doubt. Of none: vacuous.
Verdict overall(std::span<const Verdict> verdicts);

/// A pass of what was interrupted is none: what was left out may have failed.
Verdict unless_interrupted(Verdict verdict);

/// What one stage of the gate did.
struct StageResult {
  std::string amount;  ///< how much ran, in words
  Verdict verdict = Verdict::unknown;
  std::string note;  ///< why it is not a pass, one line
};

/// What a stage is given.
struct GateOptions {
  std::string subject = "embedded";
  std::uint64_t seed = 1;
  std::chrono::milliseconds limit{0};  ///< this stage's share of the time
  unsigned jobs = 1;
};

/// The stages, in order. Each prints the story of a failure that it finds.
StageResult regressions_stage(const GateOptions& options);
StageResult scenarios_stage(const GateOptions& options);
StageResult random_stage(const GateOptions& options);
StageResult random_x86_64_stage(const GateOptions& options);  ///< with real page and table sizes
StageResult explore_stage(const GateOptions& options);        ///< cli/explored.cpp
StageResult fuzz_stage(const GateOptions& options);
StageResult proofs_stage(const GateOptions& options);
StageResult museum_stage(const GateOptions& options);

/// Tells progress of a random run on the progress line.
bool tell_progress(const RandomProgress& done);

}  // namespace cow::props::cli
