#include <atomic>
#include <chrono>
#include <fmt/format.h>
#include <optional>
#include <thread>

#include "props/bench/benches.h"
#include "props/bench/measure.h"
#include "props/bench/parallel_memory.h"

namespace cow::props::bench {

namespace {

struct Case {
  const char* what;
  bool copies, two_processes;
};
constexpr std::array<Case, 4> cases = {{{"first touches, two threads of one process", false, false},
                                        {"first touches, two processes", false, true},
                                        {"copy faults, two threads of one process", true, false},
                                        {"copy faults, two processes", true, true}}};

/// The wall clock's seconds, or nothing when the thread did not have its core all the time: then
/// they tell of other programs, and two threads would not even have run at once.
template <class Work>
std::optional<double> undisturbed_seconds(Work work) {
  using Clock = std::chrono::steady_clock;
  const auto start = Clock::now();
  const auto used = seconds_of(work);
  const std::chrono::duration<double> passed = Clock::now() - start;
  if (used < 0.95 * passed.count()) return std::nullopt;
  return passed.count();
}

/// Pages per second that `threads` threads write together; nothing when one was disturbed.
std::optional<double> throughput(ParallelMemory& memory, std::uint32_t threads) {
  memory.prepare();
  std::atomic<std::uint32_t> ready = 0;
  std::array<std::optional<double>, 2> seconds;
  const auto run = [&](std::uint32_t cpu) {
    const machine::ActAsCpu act(cpu);
    ++ready;
    while (ready != threads) {
    }
    seconds[cpu] = undisturbed_seconds([&] { memory.write(cpu); });
  };
  {
    std::optional<std::thread> second;
    if (threads == 2) second.emplace(run, 1);
    run(0);
    if (second) second->join();
  }
  double sum = 0;
  for (std::uint32_t cpu = 0; cpu < threads; ++cpu) {
    if (!seconds[cpu]) return std::nullopt;
    sum += memory.pages() / *seconds[cpu];
  }
  return sum;
}

/// Alternately one thread and two, a few milliseconds each, until there are `rounds` undisturbed
/// pairs; nothing when the machine is too busy for that.
std::optional<Medians> measure(ParallelMemory& memory, int rounds) {
  std::vector<double> two, one;
  for (int tries = 0; tries < 40 * rounds && std::ssize(two) < rounds; ++tries) {
    const auto alone = throughput(memory, 1);
    const auto both = throughput(memory, 2);
    if (!alone || !both || tries == 0) continue;  // the first touches cold memory
    one.push_back(*alone);
    two.push_back(*both);
  }
  if (std::ssize(two) < rounds) return std::nullopt;
  return Medians{median(two), median(one)};
}

}  // namespace

void bench_parallel(const Options& options, Rows& rows) {
  for (const auto& [what, copies, two_processes] : cases) {
    auto text = fmt::format("{}: two threads / one", what);
    if (std::thread::hardware_concurrency() < 2) {
      rows.push_back(skip(std::move(text), "there is one core only"));
      continue;
    }
    ParallelMemory memory(options.quick ? 2048 : 4096, copies, two_processes);
    const auto medians = measure(memory, 7 * options.rounds());
    if (!medians) {
      rows.push_back(skip(std::move(text), "other programs keep the cores busy"));
      continue;
    }
    rows.push_back({std::move(text),
                    rate_text(medians->ours),
                    "one thread " + rate_text(medians->rival),
                    medians->ours / medians->rival,
                    Bound::at_least,
                    1.7,
                    {}});
  }
}

}  // namespace cow::props::bench
