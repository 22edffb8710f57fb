#include "props/record/tracer.h"

#include <cerrno>
#include <csignal>
#include <linux/ptrace.h>
#include <map>
#include <sys/time.h>
#include <sys/wait.h>

#include "props/record/recorder.h"

namespace cow::props::record {

namespace {

using Clock = std::chrono::steady_clock;

/// A signal every 50 ms, which does nothing but end a wait.
class Alarm {
 public:
  Alarm() {
    struct sigaction nothing {};
    nothing.sa_handler = [](int) {};
    sigaction(SIGALRM, &nothing, &before_);
    set(50'000);
  }
  ~Alarm() {
    set(0);
    sigaction(SIGALRM, &before_, nullptr);
  }
  Alarm(const Alarm&) = delete;
  Alarm& operator=(const Alarm&) = delete;

 private:
  static void set(suseconds_t microseconds) {
    const itimerval every{{0, microseconds}, {0, microseconds}};
    setitimer(ITIMER_REAL, &every, nullptr);
  }

  struct sigaction before_ {};
};

class Tracer {
 public:
  explicit Tracer(const TraceOptions& options) : options_(options), recorder_(options.step) {}

  Traced run() {
    root_ = start_traced(options_.command);
    recorder_.started(root_);
    threads_[root_].process = root_;
    recorder_.executed(root_);
    let_go(root_, 0);
    begin_ = Clock::now();
    const Alarm alarm;
    while (!threads_.empty()) step();
    done_.recording = recorder_.recording();
    return done_;
  }

 private:
  struct Thread {
    pid_t process = 0;
    Call call;             ///< the system call that it is in
    bool started = false;  ///< its first stop is behind it
  };

  void step();
  void stopped(pid_t thread, int status);
  void born(pid_t parent);
  void executed(pid_t thread);
  void exiting(pid_t thread);
  void gone(pid_t thread, int status);
  void at_call(pid_t thread);
  void end_in_time();
  bool last_of_process(pid_t thread) const;

  const TraceOptions& options_;
  Recorder recorder_;
  std::map<pid_t, Thread> threads_;
  Traced done_;
  pid_t root_ = 0;
  Clock::time_point begin_;
  int ended_ = 0;  ///< 1: SIGTERM was sent, 2: SIGKILL, too
};

/// One stop or end of any thread; the alarm ends a wait where there is none for a while.
void Tracer::step() {
  int status = 0;
  const pid_t thread = waitpid(-1, &status, __WALL);
  if (thread < 0 && errno == ECHILD) return threads_.clear();
  if (thread > 0 && WIFSTOPPED(status)) stopped(thread, status);
  if (thread > 0 && !WIFSTOPPED(status)) gone(thread, status);
  end_in_time();
}

void Tracer::end_in_time() {
  const auto passed = Clock::now() - begin_;
  const bool late = options_.limit.count() > 0 && passed > options_.limit;
  if (ended_ == 0 && (late || options_.stop())) {
    ended_ = 1;
    begin_ = Clock::now();
    kill(root_, SIGTERM);
  } else if (ended_ == 1 && passed > std::chrono::seconds(5)) {
    ended_ = 2;
    for (const auto& [thread, state] : threads_) kill(state.process, SIGKILL);
  }
}

void Tracer::stopped(pid_t thread, int status) {
  Thread& state = threads_[thread];
  if (state.process == 0) state.process = process_of(thread);
  int signal = WSTOPSIG(status);
  const int event = status >> 16;
  if (signal == (SIGTRAP | 0x80)) {
    at_call(thread);
    signal = 0;
  } else if (event != 0) {
    if (event == PTRACE_EVENT_EXEC) executed(thread);
    if (event == PTRACE_EVENT_EXIT) exiting(thread);
    if (event == PTRACE_EVENT_FORK || event == PTRACE_EVENT_VFORK || event == PTRACE_EVENT_CLONE)
      born(thread);
    signal = 0;
  } else if (signal == SIGSTOP && !state.started) {
    signal = 0;  // with which every new tracee begins
  }
  threads_[thread].started = true;
  let_go(thread, signal);
}

void Tracer::at_call(pid_t thread) {
  Thread& state = threads_[thread];
  auto stop = call_of(thread);
  if (recorder_.recording().events.size() >= options_.max_events) {
    done_.cut = true;
    return;
  }
  if (stop.entering) {
    state.call = stop.call;
    recorder_.call_begins(state.process, state.call);
  } else if (stop.leaving) {
    state.call.result = stop.call.result;
    recorder_.call_ends(state.process, state.call);
  }
}

void Tracer::born(pid_t parent) {
  const auto child = static_cast<pid_t>(event_message(parent));
  const pid_t process = threads_[parent].process;
  Thread& state = threads_[child];
  state.process = process_of(child);
  ++done_.threads;
  if (state.process == process || done_.cut) return;  // a thread
  if (shares_memory(process, threads_[parent].call))
    return recorder_.vforked(process, state.process);
  recorder_.forked(process, state.process);
}

/// The other threads of the process are gone; the one that called is its first now.
void Tracer::executed(pid_t thread) {
  const auto former = static_cast<pid_t>(event_message(thread));
  if (former != thread) threads_.erase(former);
  threads_[thread].process = thread;
  if (!done_.cut) recorder_.executed(thread);
}

bool Tracer::last_of_process(pid_t thread) const {
  const pid_t process = threads_.at(thread).process;
  for (const auto& [other, state] : threads_) {
    if (other != thread && state.process == process) return false;
  }
  return true;
}

void Tracer::exiting(pid_t thread) {
  if (!done_.cut && last_of_process(thread)) recorder_.exiting(threads_[thread].process);
}

void Tracer::gone(pid_t thread, int status) {
  const auto at = threads_.find(thread);
  if (at == threads_.end()) return;
  if (thread == root_) done_.status = status;
  if (!done_.cut && last_of_process(thread)) recorder_.exited(at->second.process);
  threads_.erase(at);
}

}  // namespace

Traced trace_command(const TraceOptions& options) { return Tracer(options).run(); }

}  // namespace cow::props::record
