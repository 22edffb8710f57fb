#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "props/lockstep/session.h"

namespace cow::props {

/// How long an operation may take before it counts as hanging.
inline constexpr std::chrono::milliseconds patience{2000};

/// The same for a subject. Operations of a real kernel are many switches between processes, which
/// take seconds where many others want the processor (seen at a load of 16 on two): there the
/// subject itself finds out who hangs, and this is the last resort. xv6 is asked at the end of a
/// trace for all of it, and perhaps again.
inline std::chrono::milliseconds patience_with(const std::string& subject) {
  if (subject.starts_with("xv6")) return 60 * patience;
  return subject.starts_with("linux") ? 20 * patience : patience;
}

/// Runs one trace (and its ending, see run_trace) on a fresh session of `subject`, in a process
/// of its own. Throws SubjectError when the subject cannot be opened.
std::optional<Failure> run_isolated(const std::string& subject, model::Trace& trace);

/// run_trace that tells the recorder of every operation before it is performed.
class Recorder;
std::optional<Failure> run_recorded(Session& session, model::Trace& trace, Recorder& recorder);

}  // namespace cow::props
