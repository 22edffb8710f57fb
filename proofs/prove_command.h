#pragma once

#include <cstdio>
#include <functional>
#include <span>
#include <string>
#include <string_view>

namespace cow::proofs {

/// Searches for operations that break the law on the subject ("embedded", or "museum:NAME"), up to
/// so many, and tells what it found in lines of text.
using Search =
    std::function<std::string(const std::string& subject, std::string_view law, unsigned depth)>;

/// `cowcheck prove`. `args` are the arguments after the command's name; results go to `out`.
/// Returns 0 when everything was proved, 1 when something was not, 2 for bad arguments.
/// Of what is refuted, `search` tells the trace; without one only the state is told.
int prove_command(std::span<const std::string> args, std::FILE* out, const Search& search = {});

}  // namespace cow::proofs
