#pragma once

#include <span>

#include "props/cli/stages.h"
#include "props/race/race.h"
#include "props/race/schedule_text.h"

/// What the command `race` and the gate's stage share.
namespace cow::props::cli {

/// A pass in which the two operations never both succeeded is vacuous.
Verdict verdict_of(const race::PairResult& result);
/// The worst: a failure before a gap before a doubt.
Verdict overall(std::span<const race::PairResult> rows);

race::RaceText text_of(const race::Found& found, const std::string& heading);

/// Prints the story of a failing pair, saves its schedule and says how to repeat it.
void tell_race(const std::string& subject, const race::PairResult& result);

/// All schedules of every pair.
StageResult race_stage(const GateOptions& options);

}  // namespace cow::props::cli
