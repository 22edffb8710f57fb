#pragma once

#include <vector>

#include "model/op.h"

/// Pages with the same bytes that come to share a frame, and part again.
namespace cow::props::explore {

std::vector<model::Op> merge_ops();
std::vector<model::Op> merge_zero_ops();

}  // namespace cow::props::explore
