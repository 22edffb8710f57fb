#pragma once

#include "props/race/explore.h"
#include "props/race/subjects.h"

namespace cow::props::race {

/// How a case is searched.
struct Plan {
  enum class Engine : std::uint8_t { all, bounded, pct };
  Engine engine = Engine::all;
  unsigned preemptions = 2;  ///< bounded: at most; pct: changes of priority
  /// all: where a case has more schedules than this, those with few preemptions instead
  std::uint64_t most = ~std::uint64_t{0};
  std::uint64_t seed = 1;  ///< pct
  Limits limits;
};

Report search(Program& program, const Plan& plan);

/// A failing schedule of a case.
struct Found {
  Case what;
  Schedule schedule;
  Failure failure;
  unsigned preemptions = 0;
  bool minimal = false;  ///< none with fewer preemptions fails in this way
};

/// The same bug with fewer preemptions, then with fewer operations before the race and in it.
Found shrink_case(const std::string& subject, const Case& what, const Report& report);

/// The word for a failure: the law that is broken, or "deadlock" and its like.
std::string_view verdict_of(const Failure& failure);

}  // namespace cow::props::race
