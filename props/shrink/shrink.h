#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>

#include "props/lockstep/failure.h"

/// Shrinking: the shortest story of a failure, from any trace that any engine found.
namespace cow::props {

/// Runs a trace and its ending from a fresh start, in this process or in another; appends the
/// exits of the ending (see `run_trace`) as far as they ran. Must be deterministic.
using Executor = std::function<std::optional<Failure>(model::Trace&)>;

struct ShrinkOptions {
  std::chrono::milliseconds limit{0};  ///< wall time after which to give up; 0: none
  /// Called with every better trace, so that an interrupted program has something to show.
  std::function<void(const model::Trace&, const Failure&)> on_better;
  std::function<bool()> stop;  ///< asked before every run; true: give up
};

struct Shrunk {
  model::Trace trace;      ///< ends with the operation that fails, an exit of the ending included
  Failure failure;         ///< of `trace`
  bool minimal = false;    ///< false: gave up, or the failure did not happen again
  std::uint64_t runs = 0;  ///< of the executor
  std::uint64_t operations = 0;  ///< executed in them
};

/// Shrinks `failing`, in which `found` happened. Every trace on the way has `same_bug(found)`, and
/// each is `simpler` (props/shrink/order.h) than the one before. When `minimal`, no change that
/// the passes know (props/shrink/passes.h) makes it any simpler; above all, no run without one of
/// its operations fails the same way within fewer operations than it has, the ending's counted.
/// Anytime: having given up, it answers the best so far. Else the answer depends on nothing but
/// the executor and the trace.
Shrunk shrink(const Executor& executor, model::Trace failing, const Failure& found,
              const ShrinkOptions& options = {});

}  // namespace cow::props
