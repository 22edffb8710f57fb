#pragma once

#include "props/shrink/shrink.h"

namespace cow::props {

/// The best failing trace so far and the only way to a better one. Passes propose, this decides.
class Search {
 public:
  /// Thrown through the passes when it is time to give up.
  struct Stopped {};

  /// Keeps references to `executor` and `options`.
  Search(const Executor& executor, model::Trace failing, const Failure& found,
         const ShrinkOptions& options);

  /// Runs the trace itself. False: the failure did not happen again.
  bool confirm();

  /// Runs the candidate and cuts it behind its failure. It becomes the best, and the answer is
  /// true, when it fails with the same bug and is simpler. Throws Stopped.
  bool attempt(model::Trace candidate);

  /// Has one operation or more after `confirm`; the last one fails.
  const model::Trace& best() const { return best_; }
  std::size_t size() const { return best_.ops.size(); }
  Shrunk result(bool minimal) const { return {best_, failure_, minimal, runs_, operations_}; }

 private:
  std::optional<Failure> run(model::Trace& trace);
  void accept(model::Trace trace, Failure failure);

  const Executor& executor_;
  const ShrinkOptions& options_;
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
  model::Trace best_;
  Failure failure_;
  std::uint64_t runs_ = 0;
  std::uint64_t operations_ = 0;
};

}  // namespace cow::props
