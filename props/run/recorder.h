#pragma once

#include <atomic>
#include <string>

#include "props/lockstep/session.h"

namespace cow::props {

/// A flight recorder: memory that a worker process shares with its parent. The worker notes every
/// operation before it performs it, so that whatever becomes of the worker the parent knows the
/// trace, and a counter that stands still tells a hang. Fork the worker after making this.
class Recorder {
 public:
  Recorder();  ///< throws std::bad_alloc
  ~Recorder();
  Recorder(const Recorder&) = delete;
  Recorder& operator=(const Recorder&) = delete;

  // The worker's side.
  void begin(const model::World& world, std::uint64_t number);
  void add(const model::Op& op);
  void beat();  ///< an operation was started that is not part of the trace to remember
  void finish(const Census& census);
  void fail(const Failure& failure);

  bool asked_to_stop() const;

  // The parent's side; call when the worker has ended, beats() at any time.
  std::uint64_t beats() const;   ///< operations started so far, in all traces
  std::uint64_t traces() const;  ///< traces begun so far
  std::uint64_t number() const;  ///< the number given to begin()
  const Census& census() const;
  model::Trace trace() const;  ///< the last trace begun, as far as it came
  std::optional<Failure> failure() const;
  void ask_to_stop();

  static constexpr std::size_t max_ops = 1U << 21;

 private:
  struct Flight;
  Flight* flight_;
};

/// Shared memory as a recorder's or anything else's plain data, zeroed.
void* map_shared(std::size_t size);
void unmap_shared(void* at, std::size_t size);

}  // namespace cow::props
