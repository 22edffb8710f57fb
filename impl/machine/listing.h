#pragma once

#include <string>

#include "impl/machine/byte_machine.h"

namespace cow::machine {

/// What a machine's processes have and what was done for them, as Linux lists it: for each living
/// process its gauges and counts (/proc/PID/status), a line for each area with the pages behind it
/// (/proc/PID/smaps: size, rss, pss, shared, private, swap, huge; in pages), and all events of the
/// machine (/proc/vmstat). `shared` and `private` ask who else holds a frame; pss divides a page
/// among its holders, those of a table that processes share being one.
template <class Geometry>
std::string list_usage(const ByteMachine<Geometry>& machine);

}  // namespace cow::machine
