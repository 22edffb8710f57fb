#pragma once

#include <array>
#include <cstdint>

namespace cow::props::record {

/// A system call of a tracee, at its entry or with its result.
struct Call {
  std::int64_t number = -1;
  std::array<std::uint64_t, 6> arguments{};
  std::int64_t result = 0;

  bool failed() const { return result < 0 && result > -4096; }
};

/// Does it change which pages are mapped, or what they show, other than by writing?
bool changes_mappings(const Call& call);
/// execve(2) or execveat(2): memory as it was is gone when it succeeds.
bool executes(const Call& call);

}  // namespace cow::props::record
