#pragma once

#include <string>

#include "model/trace_text.h"
#include "props/race/schedule_text.h"

namespace cow::props::cli {

/// A trace from a text file as `model::parse` reads it; with `bytes`, from a fuzzer's input as
/// `model::decode` does. Throws UsageError with file and line.
model::TraceText load_trace(const std::string& path, bool bytes);

/// A race from a text file. Throws UsageError with file and line.
race::RaceText load_race(const std::string& path);

/// A trace from a command line: operations separated by ';'.
model::TraceText parse_line(const std::string& ops);

}  // namespace cow::props::cli
