#pragma once

#include <vector>

#include "props/race/scheduler.h"

namespace cow::props::race {

/// All that has happened in a run, up to swaps that nobody can notice, as a number: two runs with
/// the same history are in the same state, whatever it is made of, memory or what tasks remember.
/// Each step counts with the steps before it in its task, and with those that touched its objects
/// in a way that matters to it (Musuvathi, Qadeer, CHESS, MSR-TR-2007-12: happens-before caching).
///
/// A step that touches nothing begins an operation. Which operations had ended by then is part of
/// the history, since the judge may ask which came first.
class HappensBefore {
 public:
  explicit HappensBefore(std::uint32_t objects) : objects_(objects) {}

  void begin();
  /// The task takes the step that it is about to take.
  void take(unsigned task, const View& view);
  /// The number, with who may go on without a preemption.
  std::uint64_t number(const View& view) const;

 private:
  struct Task {
    std::uint64_t last = 0;  ///< number of its last step
    std::uint64_t begun = 0;
  };
  struct Object {
    std::uint64_t barrier = 0;  ///< number of the last step that commutes with nothing
    std::uint64_t adders = 0;   ///< sum over the additions since, whose order does not matter
  };

  static std::uint64_t past(const Object& object, Deed deed);
  std::uint64_t ended(const View& view) const;

  std::array<Task, max_tasks> tasks_{};
  std::vector<Object> objects_;
};

/// Which histories were gone on from, and after how few preemptions. Numbers keep 57 bits here: of
/// a million, two are mistaken for one with odds of 1 in 300,000.
class Visited {
 public:
  /// False when it was gone on from after as few preemptions: nothing new can come.
  bool add(std::uint64_t number, unsigned preemptions);

 private:
  static constexpr std::uint64_t low = 127;  ///< these bits hold the preemptions, plus one

  std::uint64_t& slot_of(std::uint64_t number);
  void grow();

  std::vector<std::uint64_t> slots_;  ///< open addressing; 0: empty
  std::size_t used_ = 0;
};

}  // namespace cow::props::race
