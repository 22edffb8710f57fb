#include "props/parallel/canaries.h"

#include <chrono>
#include <cstdlib>
#include <gtest/gtest.h>
#include <unistd.h>

#include "props/museum/identifiers.h"
#include "props/parallel/stress.h"

// The stress must find what is missing from a machine. Each canary runs in a process of its own,
// since what it breaks may bring the program down, and since ThreadSanitizer, where it watches,
// ends the process with its own report.

namespace cow::props::parallel {
namespace {

using Slow = canary::Slow<machine::ParallelMachine<machine::Tiny>>;

/// Ends the process: 1 when something was found, which is told, 0 when nothing was in `seconds`. A
/// hang ends by a signal, long after.
template <class M>
[[noreturn]] void run_and_exit(int seconds) {
  alarm(static_cast<unsigned>(seconds) + 60);
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(seconds);
  std::string wrong;
  for (std::uint64_t seed = 1; wrong.empty() && std::chrono::steady_clock::now() < end; ++seed) {
    auto plan = tiny_plan(seed % 2 == 0 ? 1000 : 140);
    plan.world.asids = static_cast<std::uint32_t>(seed % 3);
    wrong = stress<M>(plan, seed, 10, 2000);
  }
  std::fputs(wrong.c_str(), stderr);
  std::exit(wrong.empty() ? 0 : 1);
}

/// Luck decides when two threads meet: as a rule this takes some hundredths of a second. What is
/// found may differ from run to run: a broken law, a crash or a hang.
template <class M>
void expect_caught() {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_EXIT(
      run_and_exit<M>(15), [](int status) { return status != 0; }, "");
}

TEST(ParallelCanaries, TheRightMachinePassesTheSameRuns) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_EXIT(run_and_exit<Slow>(1), testing::ExitedWithCode(0), "^$");
}

TEST(ParallelCanaries, ACountThatIsNotAtomicIsCaught) {
  expect_caught<canary::LoadThenStore<Slow>>();
}

TEST(ParallelCanaries, AFrameThatIsFreedByTwoIsCaught) { expect_caught<canary::TwoWords<Slow>>(); }

TEST(ParallelCanaries, AShootdownThatDoesNotWaitIsCaught) {
  expect_caught<canary::FlushWithoutWait<Slow>>();
}

TEST(ParallelCanaries, ACpuThatIsKnownTooLateIsCaught) {
  expect_caught<canary::IsKnownTooLate<Slow>>();
}

TEST(ParallelCanaries, AFlushThatIsPutOffForEverIsCaught) {
  expect_caught<museum::ForgetsDeferredFlushes<Slow>>();
}

TEST(ParallelCanaries, ATableLockThatOpensEarlyIsCaught) {
  expect_caught<canary::UnlocksTablesEarly<Slow>>();
}

}  // namespace
}  // namespace cow::props::parallel
