#pragma once

#include <vector>

#include "props/habits/source.h"

namespace cow::props::habits {

/// Finds what only looks finished: markers of work left over, and tests that assert nothing. A test
/// asserts by a GoogleTest or RapidCheck macro, or by calling a helper named expect_*.
std::vector<Finding> check_unfinished(const Source& source);

}  // namespace cow::props::habits
