#pragma once

#include <string>

#include "model/op.h"

namespace cow::props {

/// The call of the exported program's runtime that the operation is, without its end; empty: Linux
/// has none.
std::string call_of(const model::Op& op);

}  // namespace cow::props
