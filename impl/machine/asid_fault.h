#pragma once

#include <fmt/format.h>
#include <string>

#include "impl/machine/block.h"

namespace cow::machine {

/// What is wrong with the identifiers of the CPUs, or nothing: each tags the translations of one
/// process, and who runs has seen every flush. A CPU in the middle of an instruction, as races meet
/// it, may be on its way to a process: then it uses no identifier.
template <class M>
std::string asid_fault(const M& m) {
  for (std::uint32_t cpu = 0; m.has_asids() && cpu < m.config().cpus; ++cpu) {
    const auto& mine = m.asids(cpu);
    for (std::uint32_t a = 0; a < m.config().asids; ++a) {
      const auto p = mine.of[a].process;
      if (p != none && m.asid_of(cpu, p) != a)
        return fmt::format("CPU {} has two identifiers for P{}", cpu, p);
    }
    if (mine.running == none || mine.loaded == none) continue;
    const auto& loaded = mine.of[mine.loaded];
    if (loaded.process != mine.running)
      return fmt::format("CPU {} runs P{} by another's identifier", cpu, mine.running);
    if (loaded.generation != m.generation(mine.running)) {
      return fmt::format("CPU {} runs P{} and has missed a flush of it", cpu, mine.running);
    }
  }
  return {};
}

}  // namespace cow::machine
