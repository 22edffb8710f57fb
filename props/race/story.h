#pragma once

#include <string>

#include "props/race/find.h"

namespace cow::props::race {

/// A failing schedule as text: the operations before, then a column for each task with its steps
/// from top to bottom, its answers, what is wrong, and the state at the end.
std::string story(KernelProgram& program, const Found& found);

}  // namespace cow::props::race
