#pragma once

#include <vector>

#include "model/op.h"

namespace cow::props::explore {

/// What the scopes try that fork otherwise than by copying page tables.
std::vector<model::Op> on_demand_ops();
std::vector<model::Op> on_demand_pins_ops();
std::vector<model::Op> eager_ops();
/// As many sharers as a count of two bits can tell, and one more.
std::vector<model::Op> narrow_ops();
std::vector<model::Op> narrow_shared_ops();
std::vector<model::Op> narrow_huge_ops();

/// Their world: four processes.
model::World narrow_world(std::uint32_t frames);

}  // namespace cow::props::explore
