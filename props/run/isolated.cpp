#include "props/run/isolated.h"

#include "props/run/watched.h"
#include "props/run/worker.h"
#include "props/subjects/registry.h"

namespace cow::props {

std::optional<Failure> run_recorded(Session& session, model::Trace& trace, Recorder& recorder) {
  Watched watched(session, [&](const model::Op& op) { recorder.add(op); });
  recorder.begin(trace.world, 0);
  auto failure = run_trace(watched, trace);
  if (failure) recorder.fail(*failure);
  return failure;
}

std::optional<Failure> run_isolated(const std::string& subject, model::Trace& trace) {
  const auto session = open_session(subject, trace.world);  // here, so that its errors are ours
  Worker worker([&](Recorder& recorder) { run_recorded(*session, trace, recorder); },
                patience_with(subject));
  worker.wait();
  auto failure = worker.failure();
  if (failure) trace = worker.recorder().trace();
  return failure;
}

}  // namespace cow::props
