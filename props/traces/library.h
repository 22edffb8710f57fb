#pragma once

#include <span>
#include <string>
#include <string_view>

/// The trace files of this folder, built into the program: "regressions/…" (every bug that was
/// once found, run first), "scenarios/…" (what copy-on-write is for), "museum/…" (the shortest
/// trace that shows each exhibit), "findings/…" (where systems that were break the laws),
/// "recordings/…" (what real programs did, props/record).
namespace cow::props {

struct NamedTrace {
  std::string_view name;  ///< the path below props/traces without ".trace"
  std::string_view text;
};

/// Sorted by name.
std::span<const NamedTrace> trace_library();

/// The text of a trace; empty when there is none of that name.
std::string_view find_trace(const std::string& name);

}  // namespace cow::props
