#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <sys/types.h>

#include "props/run/recorder.h"
#include "props/run/stillness.h"

namespace cow::props {

/// A process that runs `work` with a recorder, so that a subject which crashes, aborts or hangs
/// costs that process only. It is killed when its recorder's beats stand still for `patience`,
/// and it is not only waiting for a processor (`hangs`).
class Worker {
 public:
  enum class State : std::uint8_t { running, finished, crashed, hung };

  /// Forks. `work` runs in the new process, whose output goes nowhere. Throws std::system_error.
  Worker(const std::function<void(Recorder&)>& work, std::chrono::milliseconds patience);
  ~Worker();  ///< kills the process if it still runs
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  State poll();
  /// Waits for the end.
  State wait();
  void kill();

  Recorder& recorder() { return *recorder_; }
  const Recorder& recorder() const { return *recorder_; }
  /// How it ended in words, e.g. "crashed with SIGSEGV".
  std::string last_words() const;

  /// The failure that the recorder holds, or the one that the crash or hang amounts to: the law
  /// progress, at the last operation begun.
  std::optional<Failure> failure() const;

 private:
  std::unique_ptr<Recorder> recorder_;
  pid_t pid_ = -1;
  State state_ = State::running;
  int signal_ = 0, status_ = 0;
  std::chrono::milliseconds patience_;
  std::uint64_t last_beats_ = 0;
  std::chrono::steady_clock::time_point last_change_;
  std::optional<std::chrono::milliseconds>
      had_;  ///< of processors, when it stood still for a while
};

}  // namespace cow::props
