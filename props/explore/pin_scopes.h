#pragma once

#include <vector>

#include "model/op.h"

/// Scopes about pages that a device holds.
namespace cow::props::explore {

std::vector<model::Op> pins_ops();
std::vector<model::Op> huge_pins_ops();

}  // namespace cow::props::explore
