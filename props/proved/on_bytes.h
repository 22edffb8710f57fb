#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "model/op.h"
#include "props/proved/rebuild.h"

namespace cow::props::proved {

/// A step that was refuted, and the state from which it fails.
struct Refuted {
  std::string_view step;  ///< as ./cowcheck prove names it
  const MachineState& before;
  int place = -1;  ///< the slot that the step is called for
  bool new_read = false, new_write = false;
  bool interrupted = false;  ///< other CPUs run in the middle of it
};

/// What came of it on a machine.
struct OnBytes {
  std::string why_not;           ///< no machine could be built, or no operation runs the step
  std::vector<model::Op> tried;  ///< operations that run it, each from the very state
  std::vector<model::Op> shown;  ///< the one of them that broke a law, or what showed it behind it
  bool interrupted = false;      ///< as asked
  bool as_expected = false;      ///< the law that was asked for is among those that broke
  std::vector<std::string> findings;
};

/// Builds the state on a ByteMachine and runs the operations that take the step there, each from
/// that very state, on the subject ("embedded", or "museum:NAME") beside the reference, until one
/// breaks the law; else the first that breaks any. Costs are not judged, since the state has no
/// past. Throws explore::ExploreError for a subject whose state cannot be put.
OnBytes run_on_bytes(const std::string& subject, const Refuted& refuted, std::string_view law);

/// The same in a few lines of text.
std::string tell(const OnBytes& found, std::string_view law);

bool is_taken_by_operations(std::string_view step);

/// The operations by which `place` comes to the step; none where no single operation of small pages
/// does.
std::vector<model::Op> operations_of(const Refuted& refuted, const Built& built);

}  // namespace cow::props::proved
