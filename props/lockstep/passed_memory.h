#pragma once

#include <optional>

#include "model/reference.h"

namespace cow::props {

/// Two processes, one of which gets all that the other has mapped.
struct Passed {
  std::uint32_t from = 0, to = 0;  ///< the same, when none does
};

/// Between whom memory passes when `op` succeeds, `before` it does: to the child of a vfork, and
/// back when that execs or exits. Who gets it has nothing else.
inline Passed passed_memory(const model::Reference& before, const model::Op& op) {
  if (op.kind == model::Kind::vfork) return {op.proc, op.child};
  if (op.kind != model::Kind::exec && op.kind != model::Kind::exit) return {};
  const auto lender = before.process(op.proc).lender;
  return lender == model::nobody ? Passed{} : Passed{op.proc, lender};
}

/// The first process that can exit: at the end of a trace all do, who waits after whom it waits
/// for.
inline std::optional<std::uint8_t> who_can_exit(const model::Reference& reference) {
  for (std::uint8_t p = 0; p < reference.world().procs; ++p) {
    if (reference.alive(p) && !reference.process(p).waits) return p;
  }
  return std::nullopt;
}

}  // namespace cow::props
