#pragma once

#include <vector>

#include "model/op.h"

namespace cow::props::explore {

/// What the scopes try that are about swap.
std::vector<model::Op> swap_ops();
std::vector<model::Op> swap_pins_ops();

}  // namespace cow::props::explore
