#pragma once

#include <chrono>
#include <functional>
#include <span>

#include "props/race/explorer.h"

namespace cow::props::race {

/// Which task takes each step. After its end tasks go on as long as they can.
using Schedule = std::vector<std::uint8_t>;

enum class Outcome : std::uint8_t { pass, fail, unknown };

constexpr std::string_view name(Outcome outcome) {
  constexpr std::string_view names[] = {"pass", "fail", "unknown"};
  return names[static_cast<std::size_t>(outcome)];
}

struct Limits {
  std::uint64_t executions = ~std::uint64_t{0};
  std::chrono::milliseconds time = std::chrono::hours(24);
  std::function<bool()> stop = [] { return false; };  ///< asked now and then
  std::optional<Failure> only = {};                   ///< other bugs than this one do not count
  std::function<void(const Execution&)> watch = {};   ///< told of every run
};

/// What an exploration did and found.
struct Report {
  Outcome outcome = Outcome::unknown;
  std::string bound;             ///< unknown: what was not looked at, e.g. "time"
  std::uint64_t executions = 0;  ///< runs of the program
  std::uint64_t cut = 0;         ///< of these, ended early as nothing new could come
  std::uint64_t steps = 0;
  Failure failure;
  Schedule schedule;  ///< of the failure
};

/// Every schedule, but for those that differ only in swaps which nobody can notice. Ends at the
/// first failure. `Reduction::none` is for the tests of this.
Report explore_all(Program& program, const Limits& limits = {},
                   Reduction reduction = Reduction::dependence);

/// Every schedule with at most so many preemptions; a pass is "unknown" unless that was all.
/// `Reduction::preemptions` is for the tests of this.
Report explore_bounded(Program& program, unsigned preemptions, const Limits& limits = {},
                       Reduction reduction = Reduction::happens_before);

/// Random priorities with up to `changes` changes, from this seed on. Never a pass.
Report explore_pct(Program& program, std::uint64_t seed, unsigned changes, const Limits& limits);

/// One run. The steps are valid until the scheduler runs again.
const Execution& replay(Scheduler& scheduler, std::span<const std::uint8_t> schedule);

/// How often a task was interrupted that could have gone on.
unsigned preemptions(Program& program, std::span<const std::uint8_t> schedule);

/// The same bug with as few preemptions as there are, found by looking through all schedules with
/// fewer; then the first of those. Not minimal when the limits ended the search.
struct Smallest {
  Schedule schedule;
  Failure failure;
  unsigned preemptions = 0;
  bool minimal = false;
};
Smallest shrink(Program& program, const Schedule& schedule, const Failure& failure,
                const Limits& limits = {});

}  // namespace cow::props::race
