#pragma once

#include <span>
#include <string>

namespace cow::props {

/// `cowcheck bench ARGS`: measures the implementation and the checker beside their rivals in one
/// run and prints a table of ratios. Answers the exit status: 0 when every required ratio is met,
/// 1 when one is missed or none could be measured, 2 for bad arguments.
int bench_command(std::span<const std::string> args);

}  // namespace cow::props
