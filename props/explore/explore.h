#pragma once

#include <array>
#include <chrono>
#include <functional>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "impl/kernel/status.h"
#include "props/explore/scope.h"
#include "props/lockstep/failure.h"

/// The explorer: all traces up to a depth, in the tiny world of a scope, on the implementation
/// beside the reference. Breadth first, so that the first counterexample is a shortest one, and
/// each state once: what was seen is not expanded again.
namespace cow::props::explore {

/// The subject or the file cannot be used; what() is one line for the user.
struct ExploreError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

struct Progress {
  unsigned depth = 0;  ///< operations of all traces that were checked completely
  std::uint64_t states = 0, transitions = 0;
  std::uint64_t frontier = 0, expanded = 0;  ///< states of the layer, and those that are done
  std::size_t memory = 0;                    ///< bytes
  double seconds = 0;                        ///< of this run, and of those that it resumes
};

/// What happened in an exploration, so that one can see what it never tried.
struct Tally {
  std::array<std::uint64_t, model::kind_count> succeeded{}, refused{};
  std::array<std::uint64_t, kernel::event_count> events{};
};

struct ExploreOptions {
  std::string subject = "embedded";  ///< or "museum:NAME"
  const Scope* scope = nullptr;
  bool reduce = true;                         ///< states that are the same but for names count once
  unsigned depth = ~0U;                       ///< operations
  std::chrono::milliseconds limit{0};         ///< 0: none
  std::size_t memory = std::size_t{2} << 30;  ///< bytes that the states may take
  unsigned threads = 1;
  std::string resume;  ///< go on from this file, or empty
  std::string save;    ///< write how far it is into this file every now and then, or empty
  std::chrono::seconds save_every{60};
  /// Called a few times a second; false: stop.
  std::function<bool(const Progress&)> tell = [](const Progress&) { return true; };
};

enum class Stop : std::uint8_t { done, failure, time, memory, interrupted };

struct Explored {
  Progress done;
  std::vector<std::uint64_t> layers;  ///< [depth]: states that no shorter trace reaches
  std::uint64_t covered = 0;          ///< transitions from states of complete layers
  std::uint64_t changes = 0;          ///< transitions that changed anything
  Tally tally;                        ///< of this run, without what it resumed
  bool exhausted = false;  ///< no state is left to expand: traces of any length were covered
  Stop stop = Stop::done;
  model::Trace trace;              ///< the counterexample
  std::optional<Failure> failure;  ///< what the lockstep says of it
  std::string doubt;               ///< set when the lockstep does not confirm it
};

/// Explores. The verdict, the counterexample and the number of states of each complete layer
/// depend on subject, scope, depth and reduction alone. Throws ExploreError.
Explored explore(const ExploreOptions& options);

/// The exploration that a search over scopes ended with.
struct InScope {
  const Scope* scope;
  Explored explored;
};

/// Explores all scopes, a depth after the other, until one has a counterexample that is `wanted`:
/// so it is a shortest one that any scope has. Nothing when none has one of up to `depth`
/// operations.
std::optional<InScope> explore_scopes(const std::string& subject, unsigned depth,
                                      const std::function<bool(const InScope&)>& wanted);

/// What was covered, as a sentence that can be quoted.
std::string sentence(const ExploreOptions& options, const Explored& explored);

}  // namespace cow::props::explore
