#include <atomic>
#include <gtest/gtest.h>
#include <signal.h>

#include "impl/kernel/status.h"
#include "model/trace_text.h"
#include "props/run/isolated.h"
#include "props/run/random.h"
#include "props/run/shrink_isolated.h"
#include "props/run/worker.h"
#include "props/subjects/registry.h"

namespace cow::props {
namespace {

using std::chrono::milliseconds;

model::Op fork_op() {
  model::Op op;
  op.kind = model::Kind::fork;
  op.child = 1;
  return op;
}

RandomResult run(const std::string& subject, std::uint64_t seed, unsigned jobs,
                 std::uint64_t traces) {
  RandomOptions options;
  options.subject = subject;
  options.seed = seed;
  options.jobs = jobs;
  options.traces = traces;
  return run_random(options, [](const RandomProgress&) { return true; });
}

TEST(RunRandom, TheRunningLinuxHasTwoWorkersAProcessor) {
  const auto processors = default_jobs("embedded");
  EXPECT_GE(processors, 1U);
  EXPECT_EQ(default_jobs("linux"), 2 * processors);
  EXPECT_EQ(default_jobs("linux:findings"), 2 * processors);
  EXPECT_EQ(default_jobs("linux-0.11"), processors);
}

TEST(Worker, WhatItNotedSurvivesItsCrash) {
  Worker worker(
      [](Recorder& recorder) {
        recorder.begin({}, 7);
        recorder.add(fork_op());
        raise(SIGABRT);  // which no sanitizer takes for itself
      },
      patience);
  EXPECT_EQ(worker.wait(), Worker::State::crashed);
  const auto failure = worker.failure();
  ASSERT_TRUE(failure);
  EXPECT_EQ(failure->law, Law::progress);
  EXPECT_EQ(failure->manner, Manner::crash);
  EXPECT_EQ(failure->findings.at(0).text, "crashed with SIGABRT");
  EXPECT_EQ(worker.recorder().trace().ops, std::vector{fork_op()});
  EXPECT_EQ(worker.recorder().number(), 7U);
}

TEST(Worker, OneThatStandsStillIsKilled) {
  Worker worker(
      [](Recorder& recorder) {
        recorder.begin({}, 0);
        recorder.add(fork_op());
        for (;;) pause();
      },
      milliseconds(100));
  EXPECT_EQ(worker.wait(), Worker::State::hung);
  ASSERT_TRUE(worker.failure());
  EXPECT_EQ(worker.failure()->manner, Manner::hang);
}

/// One that is busy for nothing hangs, too.
TEST(Worker, OneThatRunsInCirclesIsKilled) {
  Worker worker(
      [](Recorder& recorder) {
        recorder.begin({}, 0);
        recorder.add(fork_op());
        for (volatile int turns = 0;;) turns = turns + 1;
      },
      milliseconds(200));
  EXPECT_EQ(worker.wait(), Worker::State::hung);
}

TEST(Worker, OneThatWaitsForAProcessorDoesNotHang) {
  using namespace std::chrono_literals;
  EXPECT_FALSE(hangs(100ms, {false, 0ms}, 100ms)) << "it is not late yet";
  EXPECT_TRUE(hangs(101ms, {false, 0ms}, 100ms)) << "it waits for something else";
  EXPECT_FALSE(hangs(1000ms, {true, 49ms}, 100ms));
  EXPECT_TRUE(hangs(101ms, {true, 50ms}, 100ms));
  EXPECT_TRUE(hangs(2001ms, {true, 0ms}, 100ms)) << "nobody waits for ever";
  const auto before = processor_use(getpid());
  EXPECT_TRUE(before.wants) << "this runs";
  const auto start = std::chrono::steady_clock::now();
  while (processor_use(getpid()).had < before.had + 30ms) {
    ASSERT_LT(std::chrono::steady_clock::now() - start, 60s) << "it had nothing";
  }
  EXPECT_FALSE(processor_use(0).wants) << "there is no such process";
}

TEST(Worker, OneThatEndsWellHasNoFailure) {
  Worker worker([](Recorder& recorder) { recorder.begin({}, 0); }, patience);
  EXPECT_EQ(worker.wait(), Worker::State::finished);
  EXPECT_FALSE(worker.failure());
}

TEST(Worker, AnExceptionIsACrash) {
  Worker worker(
      [](Recorder& recorder) {
        recorder.begin({}, 0);
        recorder.add(fork_op());
        throw 1;
      },
      patience);
  EXPECT_EQ(worker.wait(), Worker::State::crashed);
}

TEST(Random, TheEmbeddedSubjectPassesAndLeavesNoGap) {
  const auto result = run("embedded", 1, 2, 4000);
  EXPECT_FALSE(result.failure);
  EXPECT_EQ(result.done.traces, 4000U);
  for (std::size_t i = 0; i < model::kind_count; ++i) {
    const auto kind = static_cast<model::Kind>(i);
    EXPECT_GT(result.census.succeeded(kind), 0U) << model::name(kind);
    EXPECT_GT(result.census.refused(kind), 0U) << model::name(kind);
  }
  for (std::size_t i = 0; i < kernel::event_count; ++i) {
    EXPECT_GT(result.census.events[i], 0U) << kernel::event_names[i];
  }
}

TEST(Random, TheNumberOfJobsDoesNotChangeWhatIsFound) {
  for (std::uint64_t seed = 1; seed <= 3; ++seed) {
    const auto one = run("museum:G2", seed, 1, 100'000);
    const auto three = run("museum:G2", seed, 3, 100'000);
    ASSERT_TRUE(one.failure && three.failure);
    EXPECT_EQ(one.number, three.number);
    EXPECT_EQ(one.trace, three.trace);
  }
}

/// RapidCheck runs a failing case a second time, and that one passes here.
TEST(Random, AFailureThatDoesNotHappenAgainIsOneAllTheSame) {
  const auto result = run(FAILS_ONCE_SUBJECT, 1, 1, 100);
  ASSERT_TRUE(result.failure);
  EXPECT_EQ(result.failure->law, Law::progress);
  EXPECT_EQ(result.failure->op.kind, model::Kind::exit);
}

TEST(Random, AnUnknownSubjectIsAnError) { EXPECT_THROW(run("nobody", 1, 1, 1), SubjectError); }

/// Finds, then shrinks, and expects the five operations that the subject needs to die: the
/// parent's map, the fork, the parent's exit, the child's write; reads are not needed.
void expect_four_operations(const std::string& subject, Manner manner) {
  const auto found = run(subject, 1, 2, 10'000);
  ASSERT_TRUE(found.failure);
  EXPECT_EQ(found.failure->manner, manner);
  const auto best = shrink_isolated(subject, found.trace, *found.failure, {});
  EXPECT_TRUE(best.minimal);
  EXPECT_EQ(best.failure.law, Law::progress);
  EXPECT_EQ(best.failure.manner, manner);
  EXPECT_LE(best.trace.ops.size(), 4U);
  EXPECT_EQ(best.trace.ops.back().kind, model::Kind::write);
}

TEST(Isolation, ACrashCostsOneRunAndIsShrunk) {
  expect_four_operations(CRASHES_SUBJECT, Manner::crash);
}

TEST(Isolation, AHangIsFoundAndReplays) {
  auto trace = model::parse("P0 fork P1\nP0 exit\nP1 write p0 1 0x01\n").trace;
  const auto failure = run_isolated(HANGS_SUBJECT, trace);
  ASSERT_TRUE(failure);
  EXPECT_EQ(failure->manner, Manner::hang);
  EXPECT_EQ(failure->index, 2U);
}

TEST(Isolation, ShrinkingStopsWhenAsked) {
  const auto found = run("museum:C1", 1, 1, 10'000);
  ASSERT_TRUE(found.failure);
  ShrinkOptions options;
  options.stop = [] { return true; };
  const auto best = shrink_isolated("museum:C1", found.trace, *found.failure, options);
  EXPECT_TRUE(same_bug(best.failure, *found.failure));
  EXPECT_LE(best.trace.ops.size(), found.trace.ops.size());
}

}  // namespace
}  // namespace cow::props
