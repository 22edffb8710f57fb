#pragma once

#include <string>

#include "impl/machine/block.h"

namespace cow::machine {

/// Words for the first impossible thing that the machine was asked to do.
std::string complaint_text(const Complaint& complaint);

}  // namespace cow::machine
