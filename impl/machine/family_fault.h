#pragma once

#include <fmt/format.h>
#include <optional>

#include "impl/machine/finding.h"

namespace cow::machine {

/// What is wrong with whose memory processes have, and whose children they are (I15).
template <class M>
std::optional<Finding> family_fault(const M& m) {
  using kernel::Law;
  const auto procs = m.config().procs;
  for (std::uint32_t p = 0; p < procs; ++p) {
    const auto& info = m.process_info(p);
    std::uint32_t borrowers = 0;
    for (std::uint32_t q = 0; q < procs; ++q) {
      borrowers += m.process_info(q).lender == p + 1 && m.process_info(q).alive != 0 ? 1U : 0U;
    }
    const bool waits = info.alive == 2;
    if (waits && borrowers == 0)
      return Finding{Law::progress, fmt::format("P{} waits, and nobody has its memory", p)};
    if (borrowers > (waits ? 1U : 0U) || (waits && info.areas != 0))
      return Finding{Law::progress,
                     fmt::format("P{} {}; its memory is lent to {}", p,
                                 waits ? "has memory and waits" : "does not wait", borrowers)};
    if (info.lender != 0 && info.alive == 0)
      return Finding{Law::no_leak, fmt::format("P{} has exited with memory of another", p)};
    if (info.parent != 0 && (info.parent > procs || m.process_info(info.parent - 1).alive == 0))
      return Finding{Law::no_leak, fmt::format("nobody is left who could wait for P{}", p)};
  }
  return std::nullopt;
}

}  // namespace cow::machine
