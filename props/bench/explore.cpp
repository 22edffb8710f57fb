#include "props/explore/explore.h"

#include <algorithm>
#include <fmt/format.h>
#include <thread>

#include "props/bench/benches.h"
#include "props/bench/measure.h"
#include "props/bench/spin.h"

namespace cow::props::bench {

namespace {

struct Figures {
  std::uint64_t states = 0;
  std::uint64_t transitions = 0;
  double seconds = 0;
  double rate() const { return static_cast<double>(states) / seconds; }
};

/// One core: CPU seconds, since this thread does everything; more: the wall clock's.
Figures explore_small(unsigned operations, bool reduce, unsigned threads) {
  explore::ExploreOptions options;
  options.scope = explore::find_scope("small");
  options.depth = operations;
  options.reduce = reduce;
  options.threads = threads;
  explore::Explored explored;
  const auto cpu = seconds_of([&] { explored = explore::explore(options); });
  const auto& done = explored.done;
  return {done.states, done.transitions, threads == 1 ? cpu : done.seconds};
}

Row skipped_for(const SpinRun& run) { return skip("explore", run.trouble); }

Row rate_row(const std::string& what, double ours, double rival, double required) {
  return {
      what, rate_text(ours), "SPIN " + rate_text(rival), ours / rival, Bound::at_least, required,
      {}};
}

/// The two worlds are one: else the rates would say nothing.
Row worlds_row(const Figures& ours, const SpinRun& rival, unsigned operations) {
  const auto [fewer, more] = std::minmax(ours.states, rival.states);
  return {fmt::format("explore, exact states of {} operations: fewer / more", operations),
          fmt::format("{} states", ours.states),
          fmt::format("SPIN {} states", rival.states),
          static_cast<double>(fewer) / static_cast<double>(more),
          Bound::at_least,
          1,
          {}};
}

}  // namespace

/// Breadth first, all traces of so many operations of the same small world: the explorer on the
/// real implementation beside the reference, SPIN on a model of both.
void bench_explore(const Options& options, Rows& rows) {
  const Spin spin;
  if (!spin.trouble().empty()) return rows.push_back(skip("explore", spin.trouble()));
  const unsigned operations = options.quick ? 6 : 7;
  const auto rounds = options.quick ? 1 : 3;
  SpinRun last;
  Figures exact, reduced;
  const auto rival_rate = [&](double SpinRun::*seconds) {
    last = spin.run(operations);
    return static_cast<double>(last.states) / (last.*seconds);
  };
  const auto one = alternate(
      rounds, [&] { return (exact = explore_small(operations, false, 1)).rate(); },
      [&] { return rival_rate(&SpinRun::cpu_seconds); });
  if (!last.trouble.empty()) return rows.push_back(skipped_for(last));
  rows.push_back(rate_row("explore, 1 core, exact states: ours / SPIN", one.ours, one.rival, 1));
  rows.push_back(worlds_row(exact, last, operations));
  const auto whole = [&](unsigned cores, double SpinRun::*seconds, double required) {
    const auto runs = alternate(
        rounds, [&] { return (reduced = explore_small(operations, true, cores)).seconds; },
        [&] { return (last = spin.run(operations)).*seconds; });
    rows.push_back(
        {fmt::format("explore, {} core{}, all traces of {} operations: SPIN{} / ours", cores,
                     cores == 1 ? "" : "s", operations, cores == 1 ? "" : " on 1"),
         time_text(runs.ours) + fmt::format(", {} states", reduced.states),
         "SPIN " + time_text(runs.rival) + fmt::format(", {} states", last.states),
         runs.rival / runs.ours,
         Bound::at_least,
         required,
         {}});
  };
  whole(1, &SpinRun::cpu_seconds, 1);
  if (std::thread::hardware_concurrency() < 2) {
    return rows.push_back(skip("explore, 2 cores", "there is one core only"));
  }
  const auto two = alternate(
      rounds, [&] { return explore_small(operations, false, 2).rate(); },
      [&] { return rival_rate(&SpinRun::seconds); });
  rows.push_back(
      rate_row("explore, 2 cores, exact states: ours / SPIN on 1", two.ours, two.rival, 1.8));
  whole(2, &SpinRun::seconds, 1.8);
}

}  // namespace cow::props::bench
