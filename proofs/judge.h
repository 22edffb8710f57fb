#pragma once

#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "proofs/lawful.h"

namespace cow::proofs {

/// One step under proof: its paths, and the states from which they are taken.
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

  void explore(const Runner& runner);
  void ask(Solver& solver, const Cond& broken, bool twins, const std::function<void(Answer)>& then);
  Result premises();
  std::optional<Result> law(kernel::Law law);
  std::vector<Claim> claims(kernel::Law law);
  void add_claims(std::vector<Claim>& found, kernel::Law law, const Path& path,
                  const Question& question) const;
  Cond broken(Result& result, const std::vector<Claim>& claims) const;
  void decide(Result& result, kernel::Law law);
  void decide(Result& result, const std::vector<Claim>& claims, bool twins);
  static const Path* broken_path(const z3::model& model, const std::vector<Claim>& claims);
  std::string tell(const z3::model& model, const std::vector<Claim>& claims) const;

  const Spec& spec_;
  const Options& options_;
  Scene scene_;
  State before_ = spec_.huge ? State::unknown().with_pool() : State::unknown();
  State twin_ = before_.with_other_bytes();
  std::vector<Path> paths_;
  std::vector<std::string> one_sided_;
  int relocks_;  ///< how often other CPUs run, at most
  std::vector<Frame> fresh_ = {Frame("fresh1"), Frame("fresh2")};  ///< as many as a path takes
  std::optional<Lawful> lawful_;
  std::deque<Path> cut_;  ///< the segments of paths, each as if it were all
  double exploring_ = 0;  ///< seconds that the paths and premises took to collect
};

}  // namespace cow::proofs
