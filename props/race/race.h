#pragma once

#include "props/race/find.h"
#include "props/race/pairs.h"

namespace cow::props::race {

/// What racing one pair of kinds came to.
struct PairResult {
  model::Kind a = model::Kind::read, b = model::Kind::read;
  Outcome outcome = Outcome::pass;
  std::string bound;             ///< unknown: what was not looked at
  std::size_t cases = 0;         ///< start states, and who acts
  std::uint64_t executions = 0;  ///< schedules that were run
  std::uint64_t succeeded = 0;   ///< of these, in which both operations did: 0 shows nothing
  double seconds = 0;
  std::string failing;  ///< the case that failed, by name
  Found found;          ///< its smallest schedule
};

/// Races all cases of a pair until one fails. `plan.limits.time` is for the whole pair.
PairResult race_pair(const std::string& subject, model::Kind a, model::Kind b, const Plan& plan);

/// Every pair once, the first kind not behind the second.
std::vector<std::pair<model::Kind, model::Kind>> all_pairs();

}  // namespace cow::props::race
