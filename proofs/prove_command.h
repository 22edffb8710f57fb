#pragma once

#include <cstdio>
#include <span>
#include <string>

namespace cow::proofs {

/// `cowcheck prove`. `args` are the arguments after the command's name; results go to `out`.
/// Returns 0 when everything was proved, 1 when something was not, 2 for bad arguments.
int prove_command(std::span<const std::string> args, std::FILE* out);

}  // namespace cow::proofs
