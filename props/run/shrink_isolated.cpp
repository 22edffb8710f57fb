#include "props/run/shrink_isolated.h"

#include <thread>

#include "props/run/isolated.h"
#include "props/run/watched.h"
#include "props/run/worker.h"
#include "props/shrink/world.h"
#include "props/subjects/registry.h"
#include "props/subjects/session_pool.h"

namespace cow::props {

namespace {

void note(Recorder& recorder, const model::Trace& trace, const Failure& failure, bool minimal) {
  recorder.begin(trace.world, minimal ? 1 : 0);
  for (const auto& op : trace.ops) recorder.add(op);
  recorder.fail(failure);
}

/// Shrinks, before and after that in the default world if the bug shows there.
Shrunk shrink_and_move(const Executor& executor, const model::Trace& trace, const Failure& found,
                       const ShrinkOptions& options) {
  const auto moved = to_default_world(executor, trace, found);
  auto best = shrink(executor, moved.trace, moved.failure, options);
  const auto again = to_default_world(executor, best.trace, best.failure);
  if (again.trace.world == best.trace.world) return best;
  return shrink(executor, again.trace, again.failure, options);
}

/// In the worker: shrinks in this process, leaving the best trace in the recorder.
void shrink_here(const std::string& subject, const model::Trace& trace, const Failure& found,
                 Recorder& recorder) {
  SessionPool pool(subject);
  ShrinkOptions options;
  options.stop = [&] { return recorder.asked_to_stop(); };
  options.on_better = [&](const model::Trace& better, const Failure& failure) {
    note(recorder, better, failure, false);
  };
  const auto execute = [&](model::Trace& t) {
    // Only beats, so that the recorder keeps the best trace.
    Watched watched(pool.open(t.world), [&](const model::Op&) { recorder.beat(); });
    return run_trace(watched, t);
  };
  const auto best = shrink_and_move(execute, trace, found, options);
  note(recorder, best.trace, best.failure, best.minimal);
}

/// Waits for the worker, asking it to stop when time is up or the caller says so.
Worker::State wait_for(Worker& worker, const ShrinkOptions& options) {
  using Clock = std::chrono::steady_clock;
  const auto start = Clock::now();
  while (worker.poll() == Worker::State::running) {
    const bool late = options.limit.count() > 0 && Clock::now() - start > options.limit;
    if (late || (options.stop && options.stop())) worker.recorder().ask_to_stop();
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  return worker.poll();
}

}  // namespace

Shrunk shrink_isolated(const std::string& subject, const model::Trace& trace, const Failure& found,
                       const ShrinkOptions& options) {
  open_session(subject, trace.world);  // so that its errors are ours
  if (found.manner == Manner::law) {
    Worker worker([&](Recorder& r) { shrink_here(subject, trace, found, r); },
                  patience_with(subject));
    if (wait_for(worker, options) == Worker::State::finished) {
      const auto failure = worker.recorder().failure();
      Shrunk best;
      best.trace = failure ? worker.recorder().trace() : trace;
      best.failure = failure ? *failure : found;
      best.minimal = failure && worker.recorder().number() == 1;
      best.operations = worker.recorder().beats();
      if (options.on_better) options.on_better(best.trace, best.failure);
      return best;
    }
  }
  const auto execute = [&](model::Trace& t) { return run_isolated(subject, t); };
  return shrink_and_move(execute, trace, found, options);
}

}  // namespace cow::props
