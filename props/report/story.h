#pragma once

#include <string>

#include "props/lockstep/session.h"

namespace cow::props {

/// A failing trace as a person wants to read it: the law in a sentence, the operations numbered
/// with the guilty one marked, what was wrong, and (from `state`, may be empty) what the subject
/// looked like then.
std::string story(const model::Trace& trace, const Failure& failure, const std::string& state);

/// The trace on one line, operations separated by "; ", as `replay --ops` reads it. The world
/// comes first unless it is the default one.
std::string one_line(const model::Trace& trace);

/// The shell command that runs the trace again. Long traces are written to a new file in the
/// working directory (never over an existing one), which the command then names.
std::string reproduce_command(const std::string& subject, const model::Trace& trace,
                              const Failure& failure);

/// The trace as a file: a heading that says where it is from, and the law as the verdict line.
std::string trace_file(const model::Trace& trace, const Failure& failure,
                       const std::string& heading);

}  // namespace cow::props
