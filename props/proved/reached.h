#pragma once

#include <functional>
#include <optional>
#include <string>

#include "model/trace_text.h"
#include "props/draw/draw.h"
#include "props/explore/explorable.h"
#include "props/explore/scope.h"
#include "props/proved/machine_state.h"

/// The states that runs reach, so that tests can look at them.
namespace cow::props::proved {

/// Called for every state that was reached, and the operations that led there; false: stop.
using Look = std::function<bool(const Machine&, const model::Trace&)>;

/// States after each operation of trace `seed` of a random run, in the world that it draws.
/// Answers how many.
std::uint64_t look_at_random(const model::World& base, std::uint64_t seed, const Look& look);

/// The first `limit` states of a scope, breadth first, each once. Answers how many.
std::uint64_t look_at_scope(const explore::Scope& scope, std::size_t limit, const Look& look);

/// States after each operation of a trace, on any subject that can be explored.
std::uint64_t look_at_trace(explore::Explorable& subject, const model::Trace& trace,
                            const Look& look);

/// Looks at each state as the proofs of small pages see it, and as those of huge ones do. Answers
/// the first invariant that did not hold and the trace that led there, or nothing.
struct Broken {
  std::string invariant, where;
  std::optional<kernel::Law> law;
  model::Trace trace;
  bool huge = false;
};
class Held {
 public:
  explicit Held(std::vector<Invariant> invariants) : invariants_(std::move(invariants)) {}
  bool operator()(const Machine& machine, const model::Trace& trace);
  const std::optional<Broken>& broken() const { return broken_; }

 private:
  std::vector<Invariant> invariants_;
  std::optional<Broken> broken_;
};

}  // namespace cow::props::proved
