#pragma once

#include "props/cli/stages.h"
#include "props/explore/explore.h"

namespace cow::props::cli {

/// Shows how far an exploration is on the progress line; false when interrupted.
bool tell_exploring(const explore::Progress& done);

/// fail: a counterexample. unknown: stopped before the depth that was asked for, or, where none
/// was, before the one that the scope's gate asks for. vacuous: no operation was performed.
Verdict judge(const explore::ExploreOptions& options, const explore::Explored& explored);

/// Which depth was not finished, and why; empty when nothing is open.
std::string why_stopped(const explore::Explored& explored);

}  // namespace cow::props::cli
