#pragma once

#include <cstdio>
#include <functional>
#include <span>
#include <string>
#include <string_view>

#include "proofs/report.h"

namespace cow::proofs {

/// Searches for operations that break the law on the subject ("embedded", or "museum:NAME"), up to
/// so many, and tells what it found in lines of text.
using Search =
    std::function<std::string(const std::string& subject, std::string_view law, unsigned depth)>;

/// Runs what was refuted on a machine of the subject, from the very state (Result::found), and
/// tells what came of it in lines of text.
using RunOnBytes = std::function<std::string(const std::string& subject, const Result& result)>;

/// What proofs know nothing of. Without them only the state is told.
struct Beyond {
  RunOnBytes run_on_bytes;
  Search search;
};

/// `cowcheck prove`. `args` are the arguments after the command's name; results go to `out`.
/// Returns 0 when everything was proved, 1 when something was not, 2 for bad arguments.
/// Of what is refuted, `beyond` tells what it does to a machine, and a trace.
int prove_command(std::span<const std::string> args, std::FILE* out, const Beyond& beyond = {});

}  // namespace cow::proofs
