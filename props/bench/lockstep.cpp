#include "props/lockstep/lockstep.h"

#include <stdexcept>

#include "impl/machine/byte_machine.h"
#include "props/bench/benches.h"
#include "props/bench/measure.h"
#include "props/bench/rc_state.h"
#include "props/draw/draw.h"
#include "props/lockstep/passed_memory.h"
#include "props/subjects/embedded.h"

namespace cow::props::bench {

namespace {

using Checked = Lockstep<Embedded<machine::ByteMachine<machine::Tiny>>>;

constexpr std::size_t length = 100;
constexpr std::uint64_t seed = 1;

/// Draws a trace while it runs, then runs its ending, the exits, which the answer holds too.
model::Trace random_trace(Checked& lockstep, std::uint64_t trace_seed) {
  const auto& reference = lockstep.reference();
  model::Trace trace{reference.world(), {}};
  const auto step = [&](const model::Op& op) {
    trace.ops.push_back(op);
    if (!lockstep.step(op)) throw std::runtime_error("bench: the subject has a bug");
  };
  Draw draw(trace.world, trace_seed);
  lockstep.reset();
  while (trace.ops.size() < length && reference.living() > 0) step(draw.next(reference));
  model::Op exit;
  exit.kind = model::Kind::exit;
  while (const auto process = who_can_exit(reference)) {
    exit.proc = *process;
    step(exit);
  }
  return trace;
}

/// Calls `run(i)` for each of `traces`; it answers how many operations it checked. Operations
/// per CPU second.
template <class Run>
double rate(std::uint64_t traces, Run run) {
  std::uint64_t checked = 0;
  const auto seconds = seconds_of([&] {
    for (std::uint64_t i = 0; i < traces; ++i) checked += run(i);
  });
  return static_cast<double>(checked) / seconds;
}

Row row(const char* what, const char* rival, Medians medians) {
  return {what,
          rate_text(medians.ours),
          std::string(rival) + " " + rate_text(medians.rival),
          medians.ours / medians.rival,
          Bound::at_least,
          10,
          {}};
}

}  // namespace

/// All laws after every operation, on one core, each side with its own drawing and running.
void bench_lockstep(const Options& options, Rows& rows) {
  const model::World world = model::default_world(model::Geometry::tiny);
  const std::uint64_t traces = options.quick ? 1000 : 4000;
  Checked lockstep(world, world);
  std::vector<model::Trace> drawn;
  for (std::uint64_t i = 0; i < 200; ++i) {
    drawn.push_back(random_trace(lockstep, seed_of(seed, i)));
  }
  const auto random = [&] {
    return rate(traces, [&](std::uint64_t i) {
      return random_trace(lockstep, seed_of(seed, i)).ops.size();
    });
  };
  const auto replay = [&] {
    return rate(traces, [&](std::uint64_t i) {
      auto& trace = drawn[i % drawn.size()];
      if (run_trace(lockstep, trace)) throw std::runtime_error("bench: the subject has a bug");
      return trace.ops.size();
    });
  };
  const auto rival = [&] {
    const auto count = static_cast<int>(traces / 10);
    return rate(1, [&](std::uint64_t) { return run_rc_state(world, count, length); });
  };
  const auto drawing = alternate(options.rounds(), random, rival);
  rows.push_back(row("lockstep, drawing included: ours / rival", "rc::state", drawing));
  rows.push_back({"lockstep, drawing included: ours / (1,000,000/s)",
                  rate_text(drawing.ours),
                  "required 1 M/s",
                  drawing.ours / 1e6,
                  Bound::at_least,
                  1,
                  {}});
  rows.push_back(row("lockstep, replaying drawn traces: ours / rival", "rc::state",
                     alternate(options.rounds(), replay, rival)));
}

}  // namespace cow::props::bench
