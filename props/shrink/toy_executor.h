#pragma once

#include <string>
#include <utility>

#include "model/reference.h"
#include "model/trace_text.h"
#include "props/shrink/shrink.h"

// Failures made of nothing but the reference, for the tests of this folder.

namespace cow::props {

/// Asked after an operation that succeeded.
using Broken = std::function<bool(const model::Reference&, const model::Op&)>;

inline Failure toy_failure(Law law, std::size_t index, const model::Op& op) {
  return {law, Manner::law, index, op, {{law, "toy"}}};
}

/// Runs traces as `run_trace` does, with an ending, and fails where `broken` says so.
inline Executor toy(Broken broken, Law law = Law::isolation) {
  return [broken = std::move(broken), law](model::Trace& trace) -> std::optional<Failure> {
    model::Reference reference(trace.world);
    const auto fails = [&](std::size_t i) {
      const bool ok = reference.perform(trace.ops[i]).status == model::Status::ok;
      return ok && broken(reference, trace.ops[i]);
    };
    for (std::size_t i = 0; i < trace.ops.size(); ++i) {
      if (fails(i)) return toy_failure(law, i, trace.ops[i]);
    }
    for (std::uint8_t p = 0; p < trace.world.procs; ++p) {
      if (!reference.alive(p)) continue;
      model::Op exit;
      exit.kind = model::Kind::exit;
      exit.proc = p;
      trace.ops.push_back(exit);
      if (fails(trace.ops.size() - 1)) return toy_failure(law, trace.ops.size() - 1, exit);
    }
    return std::nullopt;
  };
}

/// Operations only, one a line.
inline std::string text(const model::Trace& trace) {
  std::string lines;
  for (const auto& op : trace.ops) lines += print(op) + "\n";
  return lines;
}

}  // namespace cow::props
