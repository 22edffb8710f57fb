#pragma once

#include <string>

#include "fuzz/sessions.h"

namespace cow::fuzz {

/// What the lockstep target prints about a failure: the story, the command that shrinks `file`
/// (a fuzzer's input), and last the line for programs to read
///   cowcheck-failure: law=<law> kind=<kind of operation> ops=<operations until then>
std::string tell(const Broken& broken, const Sessions& sessions, const std::string& file);

}  // namespace cow::fuzz
