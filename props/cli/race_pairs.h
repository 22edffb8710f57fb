#pragma once

#include <span>

#include "props/cli/stages.h"
#include "props/race/race.h"
#include "props/race/schedule_text.h"

/// What the command `race` and the gate's stage share.
namespace cow::props::cli {

/// A pass in which the operations never all succeeded is vacuous.
Verdict verdict_of(const race::RaceResult& result);
/// The worst: a failure before a gap before a doubt.
Verdict overall(std::span<const race::RaceResult> rows);

/// "write against fork", with " against " between.
std::string names(const race::Kinds& kinds, std::string_view between);

race::RaceText text_of(const race::Found& found, const std::string& heading);

/// Prints the story of a failing pair or triple, saves its schedule and says how to repeat it.
void tell_race(const std::string& subject, const race::RaceResult& result);

/// All schedules of every pair, and some of the triples.
StageResult race_stage(const GateOptions& options);

}  // namespace cow::props::cli
