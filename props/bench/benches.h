#pragma once

#include "props/bench/table.h"

/// The comparisons, one file each. Each appends its rows.
namespace cow::props::bench {

struct Options {
  bool quick = false;  ///< fewer rounds and the smaller sizes only
  int rounds() const { return quick ? 3 : 7; }
};

void bench_lockstep(const Options& options, Rows& rows);
void bench_fork(const Options& options, Rows& rows);
void bench_fork_on_demand(const Options& options, Rows& rows);
void bench_fault(const Options& options, Rows& rows);
void bench_explore(const Options& options, Rows& rows);
void bench_shrink(const Options& options, Rows& rows);
void bench_parallel(const Options& options, Rows& rows);

}  // namespace cow::props::bench
