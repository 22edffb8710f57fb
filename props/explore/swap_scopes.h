#pragma once

#include <vector>

#include "model/op.h"

/// Scopes about pages that go to swap.
namespace cow::props::explore {

std::vector<model::Op> swap_ops();
std::vector<model::Op> swap_pins_ops();
std::vector<model::Op> given_up_ops();
std::vector<model::Op> write_protected_ops();
std::vector<model::Op> guard_ops();
std::vector<model::Op> clear_refs_ops();

}  // namespace cow::props::explore
