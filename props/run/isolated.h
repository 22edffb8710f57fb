#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "props/lockstep/session.h"

namespace cow::props {

/// How long an operation may take before it counts as hanging.
inline constexpr std::chrono::milliseconds patience{2000};

/// Runs one trace (and its ending, see run_trace) on a fresh session of `subject`, in a process
/// of its own. Throws SubjectError when the subject cannot be opened.
std::optional<Failure> run_isolated(const std::string& subject, model::Trace& trace);

/// run_trace that tells the recorder of every operation before it is performed.
class Recorder;
std::optional<Failure> run_recorded(Session& session, model::Trace& trace, Recorder& recorder);

}  // namespace cow::props
