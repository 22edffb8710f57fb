#pragma once

#include <concepts>
#include <cstdint>
#include <span>
#include <string>

#include "model/reference.h"
#include "props/lockstep/failure.h"

/// What can be checked: anything that has memory and can fork. `reset` and `perform` are all that
/// a subject must have; what it offers beyond them makes the checking sharper.
namespace cow::props {

/// What a subject's process sees of one page.
struct Seen {
  bool mapped = false;
  model::Access access = model::Access::none;
  const std::uint8_t* bytes = nullptr;  ///< null: all zeroes
};

/// What lies behind a page, where the subject can tell.
struct Placement {
  bool present = false, huge = false, swapped = false, exclusive = false, pinned = false;
  bool pooled = false;         ///< a huge page of the pool
  std::uint32_t mappings = 0;  ///< of its frame, by anyone
};

/// Counters since the reset, and frames in use now.
struct Costs {
  std::uint64_t copies = 0;              ///< pages copied
  std::uint64_t faults = 0;              ///< runs of the fault handler
  std::uint64_t failed_allocations = 0;  ///< frame allocations that were refused
  std::uint32_t data_frames = 0;         ///< in use, page tables not included
  std::uint32_t used_frames = 0;         ///< in use, page tables included
  std::uint32_t used_slots = 0;          ///< of swap
};

template <class S>
concept Subject = requires(S s, const model::Op& op) {
  /// Back to one living process, P0, with nothing mapped.
  {s.reset()};
  /// Performs the operation. `no_memory` is always a possible answer; then nothing must change.
  { s.perform(op) } -> std::same_as<model::Answer>;
};

/// Shows every page without disturbing anything. Without this the lockstep reads through
/// `perform`, and checks less often.
template <class S>
concept Visible = requires(const S s, std::uint32_t n) {
  { s.seen(n, n) } -> std::same_as<Seen>;
};

/// Shows what a device sees through a pin: the bytes of the frame that it names, or null when the
/// process, dead or alive, does not hold it. Without this the lockstep lets the device read.
template <class S>
concept ShowsPins = requires(const S s, std::uint32_t n) {
  { s.seen_pin(n, n) } -> std::same_as<const std::uint8_t*>;
};

/// Says what lies behind a page of a living process: whether a test met what it was written for.
template <class S>
concept Placing = requires(const S s, std::uint32_t n) {
  { s.placement(n, n) } -> std::same_as<Placement>;
};

/// Says whether a private page of the file still shows the file. Without this the subject should
/// not map files.
template <class S>
concept ShowsFile = requires(const S s, std::uint32_t n) {
  { s.shows_file(n, n) } -> std::same_as<bool>;
};

template <class S>
concept Costed = requires(const S s) {
  { s.costs() } -> std::same_as<Costs>;
};

/// Says whether a process has lost a huge page of the pool to its owner, the page included. Without
/// this, and Costed, the subject should not map such pages.
template <class S>
concept LosesPages = Costed<S> && requires(const S s, std::uint32_t n) {
  { s.lost(n, n) } -> std::same_as<bool>;
};

/// Says whether nothing is left of a private page that was given up, so that it reads as zeroes.
/// Without this the subject should keep what it is given up.
template <class S>
concept Drops = requires(const S s, std::uint32_t n) {
  { s.dropped(n, n) } -> std::same_as<bool>;
};

/// May drop pages that were given up at any time, since their memory is wanted elsewhere, too. Says
/// whether a page is zeroes but for its bytes [first, end): then they were written on one that was
/// dropped before.
template <class S>
concept DropsUnasked = Drops<S> && requires(const S s, std::uint32_t n) {
  { s.is_zero_but(n, n, n, n) } -> std::same_as<bool>;
};

/// Says whether a private page is there, and counts as not written since its process cleared the
/// marks. Without this the subject should not clear them.
template <class S>
concept NotesWrites = requires(const S s, std::uint32_t n) {
  { s.unwritten(n, n) } -> std::same_as<bool>;
};

/// Checks its own laws: called after every operation, before `seen` and `costs`.
template <class S>
concept Audited = requires(S s) {
  { s.audit() } -> std::convertible_to<bool>;  ///< true when every law holds
  { s.findings() } -> std::same_as<std::vector<Finding>>;
};

/// Counts what happens inside it over all traces, so that a run can tell which of its rules it
/// never took. `events` has one count for each of `event_names`, at most Census::max_events. Those
/// whose names begin with "translated" may stay 0: a convention that differs was met so often.
template <class S>
concept Eventful = requires(const S s) {
  { s.event_names() } -> std::same_as<std::vector<std::string>>;
  { s.events() } -> std::same_as<std::vector<std::uint64_t>>;
};

/// Leaves out operations that it cannot do; without this it can do all.
template <class S>
concept Choosy = requires(const S s, const model::Op& op) {
  { s.supports(op) } -> std::same_as<bool>;
};

/// Does in a form of its own what was drawn for any subject: a heap grows at its end only. Answers
/// the nearest operation that it can do, or the same one.
template <class S>
concept Adapting = requires(const S s, const model::Op& op) {
  { s.adapt(op) } -> std::same_as<model::Op>;
};

/// Shows what it saw when it last looked, since looking costs it something. Asked to look at all
/// there is when a trace ends.
template <class S>
concept LooksOnDemand = requires(S s) {
  {s.look_everywhere()};
};

/// Can say what state it is in, in a few lines that a person can read.
template <class S>
concept Describable = requires(const S s) {
  { s.describe() } -> std::same_as<std::string>;
};

/// Keeps statistics, and lists them for a person to read.
template <class S>
concept Listing = requires(const S s) {
  { s.list_usage() } -> std::same_as<std::string>;
};

/// Both empty where the subject does not say.
template <class S>
std::string state_text(const S& subject) {
  if constexpr (Describable<S>) return subject.describe();
  return {};
}
template <class S>
std::string usage_text(const S& subject) {
  if constexpr (Listing<S>) return subject.list_usage();
  return {};
}

}  // namespace cow::props
