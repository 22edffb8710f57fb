#include "props/parallel/canaries.h"

#include <cstdlib>
#include <gtest/gtest.h>
#include <unistd.h>

#include "props/parallel/stress.h"

// The stress must find what is missing from a machine. Each canary runs in a process of its own,
// since what it breaks may bring the program down, and since ThreadSanitizer, where it watches,
// ends the process with its own report.

namespace cow::props::parallel {
namespace {

using Slow = canary::Slow<machine::ParallelMachine<machine::Tiny>>;

/// Ends the process: 1 when something is wrong, which is told, 0 when nothing was found after many
/// runs. A hang ends by a signal.
template <class M>
[[noreturn]] void run_and_exit(std::uint64_t seeds) {
  alarm(120);
  std::string wrong;
  for (std::uint64_t seed = 1; seed <= seeds && wrong.empty(); ++seed) {
    wrong = stress<M>(tiny_plan(seed % 2 == 0 ? 1000 : 140), seed, 10, 2000);
  }
  std::fputs(wrong.c_str(), stderr);
  std::exit(wrong.empty() ? 0 : 1);
}

/// Luck decides when two threads meet: each takes a few hundredths of a second as a rule, and may
/// take a thousand times as many runs.
template <class M>
void expect_caught() {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_EXIT(
      run_and_exit<M>(1000), [](int status) { return status != 0; }, "seed|ThreadSanitizer");
}

TEST(ParallelCanaries, TheRightMachinePassesTheSameRuns) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_EXIT(run_and_exit<Slow>(10), testing::ExitedWithCode(0), "^$");
}

TEST(ParallelCanaries, ACountThatIsNotAtomicIsCaught) {
  expect_caught<canary::LoadThenStore<Slow>>();
}

TEST(ParallelCanaries, AFrameThatIsFreedByTwoIsCaught) { expect_caught<canary::TwoWords<Slow>>(); }

TEST(ParallelCanaries, AShootdownThatDoesNotWaitIsCaught) {
  expect_caught<canary::FlushWithoutWait<Slow>>();
}

TEST(ParallelCanaries, ATableLockThatOpensEarlyIsCaught) {
  expect_caught<canary::UnlocksTablesEarly<Slow>>();
}

}  // namespace
}  // namespace cow::props::parallel
