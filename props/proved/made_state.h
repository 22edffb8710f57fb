#pragma once

#include "props/proved/machine_state.h"

namespace cow::props::proved {

/// As a solver makes one up: one private page that each of so many processes maps for reading, on
/// one frame of bytes 7, 1.
inline MachineState page_of(int processes) {
  const auto count = static_cast<std::size_t>(processes);
  MachineState state;
  state.cpus = 1;
  state.slots.resize(count);
  state.frames.resize(1);
  state.cached_by.resize(count);
  state.ledger = {{0}, {{}}, std::vector<std::int64_t>(count, -1)};
  for (int s = 0; s < processes; ++s) {
    auto& slot = state.slots[static_cast<std::size_t>(s)];
    slot.process = s;
    slot.area = {false, false, true, true};
    slot.entry.is_present = slot.entry.reads = true;
    slot.entry.names = 0;
    state.ledger.add(0, s);
  }
  state.frames[0].count = processes;
  state.frames[0].is_free = false;
  state.frames[0].bytes = {7, 1};
  return state;
}

}  // namespace cow::props::proved
