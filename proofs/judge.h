#pragma once

#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "proofs/prove.h"

namespace cow::proofs {

/// One step under proof: its paths; the premises at the named points, which are enough to prove;
/// and the premises everywhere in a small world, which make a refutation whole.
class Judge {
 public:
  /// Is any obligation of the step among those asked for?
  static bool concerned(const Spec& spec, const Options& options);

  Judge(const Spec& spec, const Runner& runner, const Options& options);

  std::vector<Result> results();

 private:
  struct Claim {
    const Path* path;
    const char* says;
    Cond holds;
  };

  /// A state in which other CPUs leave the thread: before the step, and after each relock.
  struct Moment {
    State state, twin;
    Points points;  ///< where the laws are assumed of it
  };

  void explore(const Runner& runner);
  void add_moments(const std::vector<Frame>& fresh);
  void assume(Solver& solver, const State& state, const Points& points) const;
  void assume_all(Solver& solver, const Points* points) const;
  void assume_twins(Solver& solver, const Points* points) const;
  void assume_twin(Solver& solver, const Moment& moment, const Points& points) const;
  Result premises();
  std::optional<Result> law(kernel::Law law);
  std::vector<Claim> claims(kernel::Law law);
  void add_claims(std::vector<Claim>& found, kernel::Law law, const Path& path,
                  const Question& question) const;
  void decide(Result& result, kernel::Law law);
  void refute(Result& result, const std::vector<Claim>& claims, const Cond& broken);
  std::string tell(const z3::model& model, const std::vector<Claim>& claims) const;

  const Spec& spec_;
  const Options& options_;
  Scene scene_;
  State before_ = State::unknown();
  State twin_ = before_.with_other_bytes();
  std::vector<Path> paths_;
  std::vector<std::string> one_sided_;
  int relocks_;  ///< as many moments are there, and one
  std::vector<Moment> moments_;
  std::deque<Path> cut_;  ///< the segments of paths, each as if it were all
  std::optional<SmallWorld> world_;
  Solver proof_, refutation_;
  double exploring_ = 0;  ///< seconds that the paths and premises took to collect
};

}  // namespace cow::proofs
