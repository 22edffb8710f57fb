#pragma once

#include <string>

#include "impl/machine/audit.h"

namespace cow::machine {

/// The machine's state for a reader, a few lines a process: its areas, what each page maps with
/// the number of holders, and what the TLBs cache. For `explain` and for failure reports.
template <class Geometry>
std::string describe(const ByteMachine<Geometry>& machine);

extern template std::string describe(const ByteMachine<Tiny>&);
extern template std::string describe(const ByteMachine<X86_64>&);

}  // namespace cow::machine
