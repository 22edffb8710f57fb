#include "props/run/random.h"

#include <thread>

#include "props/run/isolated.h"
#include "props/run/random_batch.h"
#include "props/run/worker.h"
#include "props/subjects/registry.h"

namespace cow::props {

namespace {

using Clock = std::chrono::steady_clock;

/// The life of worker `job`: its share of the batches, until one fails or time is up.
void work(const RandomOptions& options, unsigned job, Clock::time_point deadline,
          Recorder& recorder) {
  SessionPool pool(options.subject);
  const auto expired = [&] { return options.limit.count() > 0 && Clock::now() >= deadline; };
  const auto batches = options.traces == 0
                           ? ~std::uint64_t{0}
                           : (options.traces + traces_per_batch - 1) / traces_per_batch;
  for (std::uint64_t batch = job; batch < batches && !expired(); batch += options.jobs) {
    if (!run_batch(pool, options, batch, recorder, expired)) break;
  }
  recorder.finish(pool.census());
}

using Workers = std::vector<std::unique_ptr<Worker>>;

/// The first failing trace found so far, by number.
Worker* first_failed(const Workers& workers) {
  Worker* first = nullptr;
  for (const auto& worker : workers) {
    if (worker->poll() == Worker::State::running || !worker->failure()) continue;
    if (first == nullptr || worker->recorder().number() < first->recorder().number()) {
      first = worker.get();
    }
  }
  return first;
}

/// Is somebody still at a trace before `number`? What it finds would be the first failure.
bool somebody_before(const Workers& workers, std::uint64_t number) {
  for (const auto& worker : workers) {
    if (worker->poll() == Worker::State::running && worker->recorder().number() < number) {
      return true;
    }
  }
  return false;
}

bool somebody_runs(const Workers& workers) {
  for (const auto& worker : workers) {
    if (worker->poll() == Worker::State::running) return true;
  }
  return false;
}

RandomProgress progress(const Workers& workers, Clock::time_point start) {
  RandomProgress sum;
  for (const auto& worker : workers) {
    sum.traces += worker->recorder().traces();
    sum.operations += worker->recorder().beats();
  }
  sum.seconds = std::chrono::duration<double>(Clock::now() - start).count();
  return sum;
}

}  // namespace

unsigned default_jobs(const std::string& subject) {
  const auto processors = std::max(1U, std::thread::hardware_concurrency());
  return subject.starts_with("linux") && !subject.starts_with("linux-") ? 2 * processors
                                                                        : processors;
}

RandomResult run_random(const RandomOptions& options,
                        const std::function<bool(const RandomProgress&)>& tell) {
  open_session(options.subject, options.world);  // so that an unknown subject is our error
  const auto start = Clock::now();
  const auto deadline = start + options.limit;
  Workers workers;
  for (unsigned job = 0; job < options.jobs; ++job) {
    workers.push_back(std::make_unique<Worker>(
        [&, job](Recorder& recorder) { work(options, job, deadline, recorder); },
        patience_with(options.subject)));
  }
  RandomResult result;
  Worker* failed = nullptr;
  auto told = start;
  while (somebody_runs(workers)) {
    failed = first_failed(workers);
    if (failed != nullptr && !somebody_before(workers, failed->recorder().number())) break;
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
    if (Clock::now() - told < std::chrono::milliseconds(200)) continue;
    told = Clock::now();
    if (tell(progress(workers, start))) continue;
    result.interrupted = true;
    break;
  }
  failed = first_failed(workers);
  result.done = progress(workers, start);
  for (const auto& worker : workers) result.census.add(worker->recorder().census());
  if (failed == nullptr) return result;
  result.failure = failed->failure();
  result.trace = failed->recorder().trace();
  result.number = failed->recorder().number();
  return result;
}

}  // namespace cow::props
