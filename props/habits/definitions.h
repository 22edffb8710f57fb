#pragma once

#include <vector>

#include "props/habits/source.h"

namespace cow::props::habits {

/// Finds classes of one name that two headers define in one namespace. No translation unit need
/// see both, so no compiler complains: the linker takes one of them for both (ODR).
std::vector<Finding> check_definitions(const std::vector<Source>& sources);

}  // namespace cow::props::habits
