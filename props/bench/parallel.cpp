#include <atomic>
#include <chrono>
#include <fmt/format.h>
#include <memory>
#include <optional>
#include <sched.h>
#include <thread>

#include "props/bench/benches.h"
#include "props/bench/measure.h"
#include "props/bench/parallel_memory.h"

namespace cow::props::bench {

namespace {

/// What the two threads share. On a machine each they share nothing of ours: that is the most that
/// two cores give here, whose memory, caches and power are one.
enum class Shared : std::uint8_t { process, machine, nothing };

struct Case {
  const char* what;
  Met met;
  Shared shared;
};
constexpr std::array<Case, 9> cases = {
    {{"first touches, two threads of one process", Met::nothing, Shared::process},
     {"first touches, two processes", Met::nothing, Shared::machine},
     {"first touches, two machines", Met::nothing, Shared::nothing},
     {"copy faults, two threads of one process", Met::shared, Shared::process},
     {"copy faults, two processes", Met::shared, Shared::machine},
     {"copy faults, two machines", Met::shared, Shared::nothing},
     {"faults that keep the frame, two threads of one process", Met::once_more, Shared::process},
     {"faults that keep the frame, two processes", Met::once_more, Shared::machine},
     {"faults that keep the frame, two machines", Met::once_more, Shared::nothing}}};

/// The machines of a case, and who does what there: thread t writes the region t.
class Contest {
 public:
  Contest(const Case& c, std::uint32_t pages) : memories_(c.shared == Shared::nothing ? 2 : 1) {
    for (auto& memory : memories_) {
      memory = std::make_unique<ParallelMemory>(pages, c.met, c.shared == Shared::machine);
    }
  }
  void prepare() {
    for (auto& memory : memories_) memory->prepare();
  }
  void write(std::uint32_t thread) { memories_[thread % memories_.size()]->write(thread); }
  std::uint32_t pages() const { return memories_[0]->pages(); }

 private:
  std::vector<std::unique_ptr<ParallelMemory>> memories_;
};

using Clock = std::chrono::steady_clock;

/// While it lives, the calling thread stays on the n-th of the cores that it may use: two threads
/// that a busy system puts on one core would take turns. Where that is refused it changes nothing.
class OnCore {
 public:
  explicit OnCore(std::uint32_t n) {
    if (sched_getaffinity(0, sizeof before_, &before_) != 0) return;
    cpu_set_t one;
    CPU_ZERO(&one);
    for (std::size_t core = 0; core < CPU_SETSIZE; ++core) {
      if (CPU_ISSET(core, &before_) && n-- == 0) CPU_SET(core, &one);
    }
    sched_setaffinity(0, sizeof one, &one);
  }
  ~OnCore() { sched_setaffinity(0, sizeof before_, &before_); }
  OnCore(const OnCore&) = delete;
  OnCore& operator=(const OnCore&) = delete;

 private:
  cpu_set_t before_{};
};

/// From when to when a thread worked. It was disturbed when it did not have its core all the time.
struct Span {
  Clock::time_point begin, end;
  bool disturbed = false;
};

template <class Work>
Span span_of(Work work) {
  Span span{Clock::now(), {}, false};
  const auto used = seconds_of(work);
  span.end = Clock::now();
  span.disturbed = used < 0.95 * std::chrono::duration<double>(span.end - span.begin).count();
  return span;
}

/// Pages per second that `threads` threads write together, from the first begin to the last end:
/// where one waits for its core the other is alone, and shares nothing. Nothing when one was
/// disturbed, or came late.
std::optional<double> throughput(Contest& contest, std::uint32_t threads) {
  contest.prepare();
  std::atomic<std::uint32_t> ready = 0;
  std::array<Span, 2> spans;
  const auto run = [&](std::uint32_t cpu) {
    const machine::ActAsCpu act(cpu);
    const OnCore stay(cpu);
    ++ready;
    while (ready != threads) {
    }
    spans[cpu] = span_of([&] { contest.write(cpu); });
  };
  {
    std::optional<std::thread> second;
    if (threads == 2) second.emplace(run, 1);
    run(0);
    if (second) second->join();
  }
  if (threads == 1) spans[1] = spans[0];
  const auto begin = std::min(spans[0].begin, spans[1].begin);
  const auto end = std::max(spans[0].end, spans[1].end);
  const bool together = std::max(spans[0].begin, spans[1].begin) - begin < (end - begin) / 20;
  if (!together || spans[0].disturbed || spans[1].disturbed) return std::nullopt;
  return threads * contest.pages() / std::chrono::duration<double>(end - begin).count();
}

/// The figure that one in ten is above. Other programs, and other guests of the same host, only
/// make figures smaller: the median of two threads tells of them more often than that of one.
double upper(std::vector<double> figures) {
  const auto at = figures.end() - 1 - std::ssize(figures) / 10;
  std::nth_element(figures.begin(), at, figures.end());
  return *at;
}

struct Rates {
  double two, one;
};

/// Alternately one thread and two, a few milliseconds each, until there are `rounds` undisturbed
/// pairs; nothing when the machine is too busy for that.
std::optional<Rates> measure(Contest& contest, int rounds) {
  std::vector<double> two, one;
  for (int tries = 0; tries < 40 * rounds && std::ssize(two) < rounds; ++tries) {
    const auto alone = throughput(contest, 1);
    const auto both = throughput(contest, 2);
    if (!alone || !both || tries == 0) continue;  // the first touches cold memory
    one.push_back(*alone);
    two.push_back(*both);
  }
  if (std::ssize(two) < rounds) return std::nullopt;
  return Rates{upper(two), upper(one)};
}

}  // namespace

void bench_parallel(const Options& options, Rows& rows) {
  for (const auto& c : cases) {
    auto text = fmt::format("{}: two threads / one", c.what);
    if (std::thread::hardware_concurrency() < 2) {
      rows.push_back(skip(std::move(text), "there is one core only"));
      continue;
    }
    Contest contest(c, options.quick ? 2048 : 4096);
    const auto rates = measure(contest, 7 * options.rounds());
    if (!rates) {
      rows.push_back(skip(std::move(text), "other programs keep the cores busy"));
      continue;
    }
    rows.push_back({std::move(text),
                    rate_text(rates->two),
                    "one thread " + rate_text(rates->one),
                    rates->two / rates->one,
                    c.shared == Shared::nothing ? Bound::none : Bound::at_least,
                    1.7,
                    {}});
  }
}

}  // namespace cow::props::bench
