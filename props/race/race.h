#pragma once

#include "props/race/find.h"
#include "props/race/triples.h"

namespace cow::props::race {

/// What racing operations of some kinds came to.
struct RaceResult {
  Kinds kinds;
  Outcome outcome = Outcome::pass;
  std::string bound;             ///< what was not looked at
  std::size_t cases = 0;         ///< start states, and who acts
  std::size_t bounded = 0;       ///< of these, searched up to a bound of preemptions only
  std::uint64_t executions = 0;  ///< schedules that were run
  std::uint64_t succeeded = 0;   ///< of these, in which all operations did: 0 shows nothing
  double seconds = 0;
  std::string failing;  ///< the case that failed, by name
  Found found;          ///< its smallest schedule
};

/// Races all cases of a pair until one fails. `plan.limits.time` is for the whole pair.
RaceResult race_pair(const std::string& subject, model::Kind a, model::Kind b, const Plan& plan);

/// The same for a triple; a pass may mean: up to the plan's preemptions, in `bounded` of the cases.
RaceResult race_triple(const std::string& subject, const Kinds& kinds, const Plan& plan);

/// What of the triples everybody has time for: one case of each, with few schedules. As one result
/// of no kinds, or that of the first triple that fails.
RaceResult race_sample(const std::string& subject, const Limits& limits);

/// Every pair once, the first kind not behind the second.
std::vector<std::pair<model::Kind, model::Kind>> all_pairs();

}  // namespace cow::props::race
