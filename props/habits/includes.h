#pragma once

#include <vector>

#include "props/habits/source.h"

namespace cow::props::habits {

/// Checks one file against the include order of the folders (ARCHITECTURE.md) and the places where
/// each library may appear. Both tables stand at the top of includes.cpp.
std::vector<Finding> check_includes(const Source& source);

}  // namespace cow::props::habits
