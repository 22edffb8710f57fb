#pragma once

#include <vector>

#include "model/op.h"

/// Operations of the scopes about huge pages of a pool.
namespace cow::props::explore {

/// One huge page that two processes share, and a pool that runs dry.
std::vector<model::Op> hugetlb_ops();

/// Pages of the pool's file, shared and private, and a device's pins.
std::vector<model::Op> hugetlb_file_ops();

}  // namespace cow::props::explore
