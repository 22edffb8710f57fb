#pragma once

#include <vector>

#include "model/op.h"

/// Scopes about what pages show before anybody wrote to them.
namespace cow::props::explore {

std::vector<model::Op> file_ops();
std::vector<model::Op> file_access_ops();
std::vector<model::Op> file_moves_ops();
std::vector<model::Op> zero_ops();

}  // namespace cow::props::explore
