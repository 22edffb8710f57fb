#pragma once

#include <vector>

#include "model/op.h"

namespace cow::props::explore {

/// What the scopes try that fork otherwise than by copying page tables.
std::vector<model::Op> on_demand_ops();
std::vector<model::Op> on_demand_pins_ops();
std::vector<model::Op> eager_ops();

}  // namespace cow::props::explore
