#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "impl/kernel/law.h"
#include "impl/kernel/plain_state.h"

namespace cow::proofs {

/// Only `proved` passes.
enum class Verdict {
  proved,   ///< holds on every path, from every state that obeys the laws
  refuted,  ///< a whole small state was found that obeys the laws and from which it fails
  vacuous,  ///< says nothing: no path concerns it, or no state satisfies the premises
  unknown,  ///< the solver ran out of time, or no small state shows the failure
};
std::string_view name(Verdict verdict);

/// The state from which a step was refuted, as plain data, so that a machine can be put into it.
struct Counterexample {
  kernel::PlainState before;
  int place = -1;                            ///< the slot that the step was called for
  bool new_read = false, new_write = false;  ///< what was asked for (Scene)
  bool interrupted = false;                  ///< it fails where other CPUs run in the middle of it
};

/// One obligation, judged.
struct Result {
  std::string step;
  std::string law;  ///< a name of kernel::Law, or "premises"
  Verdict verdict = Verdict::unknown;
  double seconds = 0;  ///< of processor time, on one core
  int paths = 0;       ///< paths of the step that the obligation speaks about
  std::string note;    ///< why it is not proved; of a refutation the story, of many lines
  std::optional<Counterexample> found = std::nullopt;  ///< of a refutation
};

struct Report {
  std::vector<Result> results;

  bool proved() const;  ///< something was judged, and all of it proved
  bool refuted(kernel::Law law) const;
  double seconds() const;
};

struct Options {
  double timeout = 5;            ///< seconds of processor time for each question to the solver
  std::string only = {};         ///< only obligations whose "step/law" contains this
  std::string export_into = {};  ///< a directory for STEP.LAW.smt2 of every obligation; or none
  std::string without = {};      ///< assume no premise of this name: is it needed?
};

/// Judges every obligation of the shipped kernel.
/// Throws std::runtime_error when the directory cannot be written.
Report prove_all(const Options& options = {});

/// One line a step; with `every`, one line an obligation. Then what was not proved, and why.
std::string table(const Report& report, bool every);

/// Counts by verdict, and the time: "112 of 112 obligations proved, 2.1 s".
std::string summary(const Report& report);

}  // namespace cow::proofs
