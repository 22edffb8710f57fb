#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>

#include "props/lockstep/session.h"

namespace cow::props {

/// What a random run is to do. It ends at the first failure, after `traces` traces (0: no bound)
/// or at the deadline, whichever is first.
struct RandomOptions {
  std::string subject = "embedded";
  model::World world;
  bool vary_world = true;  ///< also with less memory and the other huge-page policy
  std::uint64_t seed = 1;
  std::uint64_t traces = 0;
  std::chrono::milliseconds limit{0};  ///< 0: none
  unsigned jobs = 1;
};

struct RandomProgress {
  std::uint64_t traces = 0, operations = 0;
  double seconds = 0;
};

struct RandomResult {
  Census census;
  RandomProgress done;
  std::optional<Failure> failure;
  model::Trace trace;        ///< the failing one, as it was drawn
  std::uint64_t number = 0;  ///< which of the run's traces failed, from 0
  bool interrupted = false;
};

/// How many workers a run of the subject should have: one a processor. Twice as many for the
/// running Linux, where a worker waits half of its time until the second thread of an agent is
/// awake, on another processor.
unsigned default_jobs(const std::string& subject);

/// Checks random traces: RapidCheck draws a seed a trace, Draw the operations, the lockstep
/// judges. Runs in worker processes. Deterministic: with the same seed and subject the same trace
/// fails first, whatever the number of jobs. `tell` is called a few times a second and may
/// return false to stop. Throws SubjectError.
RandomResult run_random(const RandomOptions& options,
                        const std::function<bool(const RandomProgress&)>& tell);

}  // namespace cow::props
