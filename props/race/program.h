#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "props/race/access.h"

namespace cow::props::race {

/// Tasks that one program may have; two or three are what anyone explores.
inline constexpr unsigned max_tasks = 4;

/// How a schedule can go wrong.
enum class Wrong : std::uint8_t { judged, deadlock, livelock, lock_order };

constexpr std::string_view name(Wrong wrong) {
  constexpr std::string_view names[] = {"wrong result", "deadlock", "livelock", "lock order"};
  return names[static_cast<std::size_t>(wrong)];
}

/// What went wrong. `law` is the judge's own number for what was broken: the same bug has the
/// same `wrong` and the same `law`.
struct Failure {
  Wrong wrong = Wrong::judged;
  int law = 0;
  std::string text;

  bool same_bug(const Failure& other) const { return wrong == other.wrong && law == other.law; }
};

/// One step that was taken.
struct Step {
  std::uint8_t task = 0;
  Access access;
};

class Scheduler;

/// What is explored: a few tasks that share state. The same choices must lead to the same steps.
class Program {
 public:
  virtual ~Program() = default;

  virtual unsigned tasks() const = 0;
  /// Every object of every access is below this.
  virtual std::uint32_t objects() const = 0;
  /// Back to the start state.
  virtual void begin(Scheduler& scheduler) = 0;
  /// One task from its begin to its end, on a fiber. It names every access to what it shares by
  /// `scheduler.access` right before it, and may be abandoned in the middle (fiber.h).
  virtual void run(unsigned task, Scheduler& scheduler) = 0;
  /// All tasks have ended: what is wrong with the result, if anything.
  virtual std::optional<Failure> judge() = 0;
};

}  // namespace cow::props::race
