#pragma once

#include <vector>

#include "props/habits/source.h"

namespace cow::props::habits {

inline constexpr int max_file_lines = 300;
inline constexpr int max_columns = 100;
inline constexpr int max_function_lines = 70;  ///< from the first word to the closing brace

/// Checks one file against the three limits above.
std::vector<Finding> check_sizes(const Source& source);

}  // namespace cow::props::habits
