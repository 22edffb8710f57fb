#pragma once

#include <array>
#include <bitset>
#include <memory>
#include <optional>
#include <string>

#include "model/reference.h"
#include "props/lockstep/failure.h"
#include "props/lockstep/subject.h"

namespace cow::props {

/// How often each kind of operation got each status, and how often the subject says that what it
/// counts happened. A kind that never succeeded, or was never refused, was not tested; nor was
/// what never happened.
struct Census {
  static constexpr std::size_t max_events = 48;
  std::array<std::array<std::uint64_t, model::status_count>, model::kind_count> counts{};
  std::array<std::uint64_t, max_events> events{};

  std::uint64_t total() const;
  std::uint64_t succeeded(model::Kind kind) const {
    return counts[static_cast<std::size_t>(kind)][0];
  }
  std::uint64_t refused(model::Kind kind) const;
  void add(const Census& other);
};

/// A subject and the reference in lockstep, for engines that do not care which subject it is.
class Session {
 public:
  virtual ~Session() = default;

  /// Back to the start of a trace. Keeps the census.
  virtual void reset() = 0;
  /// Performs one operation on both and compares everything. False: `failure` says what broke,
  /// and only `reset` may follow.
  virtual bool step(const model::Op& op) = 0;
  /// Ends the trace: reads what was not looked at yet. Engines then step an exit for every
  /// living process (see `Ending`), after which `no-leak` is checked.
  virtual bool look_at_everything() = 0;
  virtual const Failure& failure() const = 0;
  virtual const model::Reference& reference() const = 0;
  virtual Census census() const = 0;
  /// What Census::events counts, in order; empty when the subject counts nothing.
  virtual std::vector<std::string> event_names() const = 0;
  virtual bool supports(const model::Op& op) const = 0;
  /// What was drawn for any subject, as this one can do it; the same where it adapts nothing.
  virtual model::Op adapt(const model::Op& op) const { return op; }
  /// What lies behind a page (of a living process, both by number); nothing where the subject does
  /// not tell.
  virtual std::optional<Placement> placement(std::uint32_t, std::uint32_t) const {
    return std::nullopt;
  }
  /// What a pass does not mean, a line each.
  virtual std::vector<std::string> notes() { return {}; }
  /// The subject's state for a reader, or empty.
  virtual std::string describe() const = 0;
  /// What its processes use and what was done for them, as `replay --maps` prints it, or empty.
  virtual std::string list_usage() const { return {}; }
};

/// The kinds of operations that the subject knows, by number. A guess for kinds of which it knows
/// some forms only: ask `supports` about each operation.
std::bitset<model::kind_count> known_kinds(const Session& session);

/// Runs a whole trace and its ending: after the last operation every living process exits, in
/// order. The exits that were needed are appended to `trace`, so that a failure in them has its
/// operation in the trace too.
std::optional<Failure> run_trace(Session& session, model::Trace& trace);

/// The same without changing the caller's trace.
std::optional<Failure> check_trace(Session& session, const model::Trace& trace);

}  // namespace cow::props
