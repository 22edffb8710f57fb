#include "props/run/worker.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <system_error>
#include <thread>
#include <unistd.h>

namespace cow::props {

namespace {

/// The worker's life: silent, gone when its parent is gone, deaf to the keyboard's interrupt
/// (the parent decides), and never a second return from main.
[[noreturn]] void live(const std::function<void(Recorder&)>& work, Recorder& recorder,
                       pid_t parent) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) _exit(3);
  signal(SIGINT, SIG_IGN);
  const int nowhere = open("/dev/null", O_RDWR | O_CLOEXEC);
  for (const int fd : {0, 1, 2}) dup2(nowhere, fd);
  try {
    work(recorder);
  } catch (...) {
    _exit(4);
  }
  _exit(0);
}

}  // namespace

Worker::Worker(const std::function<void(Recorder&)>& work, std::chrono::milliseconds patience)
    : recorder_(std::make_unique<Recorder>()),
      patience_(patience),
      last_change_(std::chrono::steady_clock::now()) {
  const pid_t parent = getpid();
  pid_ = fork();
  if (pid_ < 0) throw std::system_error(errno, std::generic_category(), "fork");
  if (pid_ == 0) live(work, *recorder_, parent);
}

Worker::~Worker() { kill(); }

void Worker::kill() {
  if (state_ != State::running) return;
  ::kill(pid_, SIGKILL);
  waitpid(pid_, &status_, 0);
  state_ = State::finished;
}

Worker::State Worker::poll() {
  if (state_ != State::running) return state_;
  if (waitpid(pid_, &status_, WNOHANG) == pid_) {
    const bool clean = WIFEXITED(status_) && WEXITSTATUS(status_) == 0;
    signal_ = WIFSIGNALED(status_) ? WTERMSIG(status_) : 0;
    return state_ = clean ? State::finished : State::crashed;
  }
  const auto now = std::chrono::steady_clock::now();
  if (recorder_->beats() != last_beats_) {
    last_beats_ = recorder_->beats();
    last_change_ = now;
    had_.reset();
    return state_;
  }
  using std::chrono::milliseconds;
  const auto still = std::chrono::duration_cast<milliseconds>(now - last_change_);
  if (still <= patience_ / 4) return state_;
  auto use = processor_use(pid_);
  if (!had_) had_ = use.had;
  use.had -= *had_;
  if (!hangs(still, use, patience_)) return state_;
  kill();
  return state_ = State::hung;
}

Worker::State Worker::wait() {
  auto nap = std::chrono::microseconds(50);
  while (poll() == State::running) {
    std::this_thread::sleep_for(nap);
    nap = std::min(nap * 2, std::chrono::microseconds(5000));
  }
  return state_;
}

std::string Worker::last_words() const {
  if (state_ == State::hung) return fmt::format("hung: no answer for {} ms", patience_.count());
  if (signal_ == 0) return fmt::format("ended the process with status {}", WEXITSTATUS(status_));
  const char* name = sigabbrev_np(signal_);
  return fmt::format("crashed with SIG{}", name != nullptr ? name : "?");
}

std::optional<Failure> Worker::failure() const {
  if (state_ == State::finished) return recorder_->failure();
  const model::Trace trace = recorder_->trace();
  if (trace.ops.empty()) return std::nullopt;
  Failure failure;
  failure.manner = state_ == State::hung ? Manner::hang : Manner::crash;
  failure.index = trace.ops.size() - 1;
  failure.op = trace.ops.back();
  failure.findings = {{Law::progress, last_words()}};
  return failure;
}

}  // namespace cow::props
