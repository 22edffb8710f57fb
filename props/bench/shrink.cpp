#include "props/shrink/shrink.h"

#include <fmt/format.h>
#include <stdexcept>

#include "props/bench/benches.h"
#include "props/bench/measure.h"
#include "props/bench/rc_shrink.h"
#include "props/draw/draw.h"
#include "props/lockstep/lockstep.h"
#include "props/subjects/embedded.h"

namespace cow::props::bench {

namespace {

/// A bug that is rare and takes a while to reach, as the exhaustion of address-space numbers
/// does: from the 17th fork on, flushing a process leaves what one page has in one frame.
struct RunsOutOfNumbers : machine::ByteMachine<machine::Tiny> {
  using ByteMachine::ByteMachine;
  std::uint32_t flushes = 0;

  void reset() {
    flushes = 0;
    ByteMachine::reset();
  }
  void flush_process(Process p) {
    const bool forgets = ++flushes > 16;
    for (std::uint32_t i = 0; i < config_.cpus * tlb_entries; ++i) {
      auto& t = translations_[i];
      const bool kept = forgets && t.frame == 29 && t.page == user_first() + 7;
      if (t.process == p && !kept) t = {};
    }
  }
};
using Mutant = Lockstep<Embedded<RunsOutOfNumbers>>;

struct Failing {
  model::Trace trace;
  Failure failure;
};

/// Draws a trace until it fails; nothing when that takes more than `most` operations.
std::optional<Failing> draw_failing(Mutant& mutant, std::uint64_t seed, std::size_t most) {
  Failing found{{mutant.reference().world(), {}}, {}};
  auto& ops = found.trace.ops;
  Draw draw(found.trace.world, seed);
  mutant.reset();
  while (ops.size() < most) {
    ops.push_back(draw.next(mutant.reference()));
    if (mutant.step(ops.back())) continue;
    found.failure = mutant.failure();
    return found;
  }
  return std::nullopt;
}

/// The first trace, by seed, of `length` operations or a few more of which the last one fails.
Failing find_failing(Mutant& mutant, std::size_t length) {
  for (std::uint64_t i = 0; i < 10'000; ++i) {
    auto found = draw_failing(mutant, seed_of(length, i), length + length / 4);
    if (found && found->trace.ops.size() >= length) return *std::move(found);
  }
  throw std::runtime_error("bench: no seed fails late enough");
}

struct OurShrunk {
  Shrunk shrunk;
  double seconds = 0;
};

OurShrunk shrink_ours(Mutant& mutant, const Failing& failing) {
  OurShrunk ours;
  const Executor executor = [&](model::Trace& trace) { return run_trace(mutant, trace); };
  ours.seconds =
      seconds_of([&] { ours.shrunk = shrink(executor, failing.trace, failing.failure); });
  if (!ours.shrunk.minimal) throw std::runtime_error("bench: the trace was not shrunk");
  return ours;
}

FailsAfter same_failure(Mutant& mutant, const Failure& failure) {
  return [&](const Ops& ops) -> std::size_t {
    model::Trace trace{mutant.reference().world(), ops};
    const auto found = run_trace(mutant, trace);
    return found && same_bug(*found, failure) ? found->index + 1 : 0;
  };
}

std::string left_text(std::size_t operations) { return fmt::format("{} left", operations); }

struct Judged {
  bool time, length;
};

/// Time and length beside one rival, which may have been stopped before it was done.
void add_rival(const std::string& what, const char* name, const OurShrunk& ours,
               const RivalShrunk& rival, Judged judged, Rows& rows) {
  const auto stopped = rival.finished ? "" : " so far, stopped";
  rows.push_back({fmt::format("{}, time: rival / ours", what),
                  time_text(ours.seconds),
                  fmt::format("{} {}{}", name, time_text(rival.seconds), stopped),
                  rival.seconds / ours.seconds,
                  judged.time ? Bound::at_least : Bound::none,
                  100,
                  {}});
  const auto length = fmt::format("{}, length: ours / rival", what);
  if (!rival.finished) {  // then its length says nothing
    rows.push_back(
        skip(length, fmt::format("{} was stopped at {} operations", name, rival.operations)));
    return;
  }
  const auto left = ours.shrunk.trace.ops.size();
  rows.push_back({length,
                  left_text(left),
                  fmt::format("{} {}", name, left_text(rival.operations)),
                  static_cast<double>(left) / static_cast<double>(rival.operations),
                  judged.length ? Bound::at_most : Bound::none,
                  1,
                  {}});
}

void bench_length(Mutant& mutant, std::size_t length, bool judged, Rows& rows) {
  const auto failing = find_failing(mutant, length);
  const auto& ops = failing.trace.ops;
  const auto what = fmt::format("shrinking {} operations", ops.size());
  const auto ours = shrink_ours(mutant, failing);
  if (judged) {
    rows.push_back({what + ", time: (1 s) / ours",
                    time_text(ours.seconds),
                    "required 1 s",
                    1 / ours.seconds,
                    Bound::at_least,
                    1,
                    {}});
  }
  const auto fails_after = same_failure(mutant, failing.failure);
  const auto limit = 110 * ours.seconds;  // enough for a verdict
  add_rival(what, "rc::state", ours, shrink_commands(ops, fails_after, limit), {judged, judged},
            rows);
  add_rival(what, "rc vector", ours, shrink_vector(ops, fails_after, limit), {false, judged}, rows);
}

}  // namespace

/// The same failure of the same subject for all, guarded in the same way. How long RapidCheck
/// takes depends on the failure: with the least number of operations that it needs it grows fast.
void bench_shrink(const Options& options, Rows& rows) {
  const model::World world = model::default_world(model::Geometry::tiny);
  Mutant mutant(world, world);
  bench_length(mutant, 1'000, options.quick, rows);
  if (!options.quick) bench_length(mutant, 10'000, true, rows);
}

}  // namespace cow::props::bench
