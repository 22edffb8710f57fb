#pragma once

#include <map>
#include <string>

#include "impl/kernel/plain_state.h"
#include "proofs/invariants.h"

namespace cow::proofs {

/// A model of the small world, with its elements numbered, so that a state of terms becomes one of
/// plain data. `model` and `world` are to outlive it.
class Concrete {
 public:
  Concrete(const z3::model& model, const SmallWorld& world, const Scene& scene);

  /// The state in this model. Of each frame and page of swap it has two bytes: the one at which the
  /// law is looked at, and the one that the step is about. A byte is 0 or another number.
  /// Processes are numbered as they come, the one that acts first.
  kernel::PlainState state(const State& of) const;

  /// Adds to the remark on each slot that has become a table of small entries (State::table).
  void remark_tables(const State& of, std::vector<std::string>& remarks) const;

  /// The number of a slot, frame or page of swap; -1 when it is none of the world's.
  int number(const z3::expr& term) const;
  std::string value(const z3::expr& term) const { return model_.eval(term, true).to_string(); }
  bool is(const Cond& condition) const { return holds(model_, condition); }

 private:
  using Plain = kernel::PlainState;
  void read_slot(const State& of, const Slot& slot, Plain& plain) const;
  void read_frame(const State& of, const Frame& frame, Plain& plain) const;
  void read_swap(const State& of, const Swap& swap, Plain& plain) const;
  int process(const Process& process) const;
  std::int64_t integer(const Number& number) const;
  kernel::PlainState::Byte byte(const Byte& byte) const;
  template <class T>
  std::vector<T> distinct(const std::vector<T>& terms);

  const z3::model& model_;
  const Scene& scene_;
  std::vector<Slot> slots_;
  std::vector<Frame> frames_;
  std::vector<Swap> swaps_;
  std::map<std::string, int> numbers_;            ///< by value
  mutable std::map<std::string, int> processes_;  ///< by value, as they come
  mutable std::map<std::string, int> bytes_;
};

}  // namespace cow::proofs
