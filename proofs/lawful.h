#pragma once

#include <memory>
#include <span>
#include <vector>

#include "proofs/prove.h"

namespace cow::proofs {

/// The states from which a step is proved: those that obey the laws and its premises, before it and
/// whenever other CPUs have run. Three solvers are told so:
/// - `lean` at the named points (invariants.h), but of whom only a ledger names no more than what
///   the ledgers say. What cannot be there cannot be at all.
/// - `full` at all of them: the same, but slower. Who asks the lean one first and believes its "no"
///   has assumed less, and so has proved no less.
/// - `small` everywhere in a small world: what can be there is a whole state.
class Lawful {
 public:
  /// A state in which other CPUs leave the thread: before the step, and after each relock.
  struct Moment {
    State state, twin;
    Points lean, full;
  };

  /// `fresh`: the frames that a path of the step may allocate.
  Lawful(const Spec& spec, const Options& options, int relocks, const std::vector<Frame>& fresh);

  Solver& lean() { return lean_; }
  Solver& full();  ///< made when it is asked for: few questions need it
  Solver& small() { return small_; }
  const SmallWorld& world() const { return world_; }

  /// Can all of it be at once? A path is looked at in whole states first, since most can be taken.
  Side look(std::span<const Cond> all);

  /// Adds to one of the solvers that the twins obey the laws, too, and that the acting process sees
  /// the same there: its own pages, and the objects that it maps. Of two runs, so for one law only.
  void assume_twins(Solver& solver) const;

 private:
  const Points& points(const Solver& solver, const Moment& moment) const;
  void assume(Solver& solver) const;
  void assume_twin(Solver& solver, const Moment& moment, const Points& points) const;

  const Spec& spec_;
  const Options& options_;
  Scene scene_;
  std::vector<Moment> moments_;
  SmallWorld world_;
  Solver lean_, small_;
  std::unique_ptr<Solver> full_;
};

}  // namespace cow::proofs
