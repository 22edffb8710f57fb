#include "props/shrink/shrink.h"

#include <gtest/gtest.h>
#include <thread>

#include "props/draw/draw.h"
#include "props/shrink/order.h"
#include "props/shrink/toy_executor.h"

namespace cow::props {
namespace {

using model::Kind;
using model::Op;
using model::Reference;
using model::Trace;

/// The bug of these tests: a process writes to page 3 while another has it, too.
bool shared_write(const Reference& r, const Op& op) {
  if (op.kind != Kind::write || op.page != 3) return false;
  for (std::uint32_t p = 0; p < r.world().procs; ++p) {
    if (p != op.proc && r.page(p, 3).mapped) return true;
  }
  return false;
}

/// A drawn trace that ends where `executor` fails. The habits of the draw change, so that the
/// failure comes at last.
Trace failing_trace(const Executor& executor, std::uint64_t seed) {
  Trace trace{model::default_world(model::Geometry::tiny), {}};
  Reference reference(trace.world);
  for (std::uint64_t part = 0;; ++part) {
    Draw draw(trace.world, seed_of(seed, part));
    for (int i = 0; i < 500; ++i) {
      const auto op = draw.next(reference);
      if (op.kind == Kind::exit && reference.living() == 1) continue;  // or nothing would follow
      trace.ops.push_back(op);
      reference.perform(op);
    }
    Trace copy = trace;
    const auto failure = executor(copy);
    if (!failure || failure->index >= trace.ops.size()) continue;
    trace.ops.resize(failure->index + 1);
    return trace;
  }
}

Failure failure_of(const Executor& executor, Trace trace) { return executor(trace).value(); }

Shrunk shrink(const Executor& executor, const Trace& trace, const ShrinkOptions& options = {}) {
  return props::shrink(executor, trace, failure_of(executor, trace), options);
}

TEST(Shrink, ReachesTheShortestStory) {
  const Executor executor = toy(shared_write);
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    const auto got = shrink(executor, failing_trace(executor, seed));
    EXPECT_TRUE(got.minimal);
    EXPECT_EQ(text(got.trace), "P0 map p3 1 private write\nP0 fork P1\nP0 write p3 1 0x01\n")
        << "seed " << seed;
    EXPECT_EQ(got.failure.index, 2U);
    EXPECT_EQ(got.failure.op, got.trace.ops.back());
  }
}

TEST(Shrink, CutsBehindTheFailure) {
  const Executor executor =
      toy([](const Reference&, const Op& op) { return op.kind == Kind::exec; });
  const Trace trace = model::parse("P0 exec\nP0 fork P1\nP0 exit\n").trace;
  EXPECT_EQ(text(shrink(executor, trace).trace), "P0 exec\n");
}

TEST(Shrink, KeepsAFailingExitOfTheEnding) {
  const Executor executor = toy([](const Reference& r, const Op& op) {
    return op.kind == Kind::exit && op.proc == 1 && !r.alive(0);
  });
  const Trace trace = model::parse("P0 read p0 1\nP0 fork P2\nP0 fork P1\nP2 exec\n").trace;
  const auto got = shrink(executor, trace);
  EXPECT_EQ(text(got.trace), "P0 fork P1\nP0 exit\nP1 exit\n");
  EXPECT_EQ(got.failure.index, 2U);
  EXPECT_TRUE(got.minimal);
}

/// Two bugs in one: what the bug above needs is all that hides a shorter one, of another law.
Executor two_bugs() {
  const auto fork = [](const Reference& r, const Op& op) {
    return op.kind == Kind::fork && op.proc == 0 && !r.page(0, 3).mapped;
  };
  return [first = toy(shared_write), second = toy(fork, Law::exact_count)](Trace& trace) {
    Trace copy = trace;
    const auto a = first(trace), b = second(copy);
    if (!b || (a && a->index < b->index)) return a;
    trace = copy;
    return b;
  };
}

TEST(Shrink, DoesNotSlideToAnotherBug) {
  const Executor executor = two_bugs();
  std::size_t first = 0, second = 0;
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    const Trace trace = failing_trace(executor, seed);
    const Failure found = failure_of(executor, trace);
    const auto got = shrink(executor, trace);
    EXPECT_TRUE(same_bug(got.failure, found)) << "seed " << seed;
    EXPECT_EQ(got.trace.ops.size(), found.law == Law::isolation ? 3U : 1U) << "seed " << seed;
    ++(found.law == Law::isolation ? first : second);
  }
  EXPECT_GT(first, 0U);
  EXPECT_GT(second, 0U);
}

TEST(Shrink, GuardsTheManner) {
  const Executor toy_bug = toy(shared_write);
  const Executor executor = [&](Trace& trace) {
    auto failure = toy_bug(trace);
    if (failure && failure->index < 4) failure->manner = Manner::crash;
    return failure;
  };
  const auto got = shrink(executor, failing_trace(executor, 1));
  EXPECT_EQ(got.trace.ops.size(), 5U);
  EXPECT_EQ(got.failure.manner, Manner::law);
}

TEST(Shrink, SameInputSameOutput) {
  const Executor executor = toy(shared_write);
  const Trace trace = failing_trace(executor, 5);
  const auto a = shrink(executor, trace), b = shrink(executor, trace);
  EXPECT_EQ(a.trace, b.trace);
  EXPECT_EQ(a.runs, b.runs);
  EXPECT_EQ(a.operations, b.operations);
}

TEST(Shrink, ShowsEveryBetterTrace) {
  const Executor executor = toy(shared_write);
  std::optional<Trace> last;
  ShrinkOptions options;
  options.on_better = [&](const Trace& trace, const Failure& failure) {
    EXPECT_EQ(failure.op, trace.ops.at(failure.index));
    EXPECT_TRUE(!last || simpler(trace, *last));
    last = trace;
  };
  const auto got = shrink(executor, failing_trace(executor, 7), options);
  ASSERT_TRUE(last);
  EXPECT_EQ(*last, got.trace);
}

TEST(Shrink, InterruptedAnswersTheBestSoFar) {
  const Executor executor = toy(shared_write);
  const Trace trace = failing_trace(executor, 9);
  const auto whole = shrink(executor, trace);
  std::size_t before = trace.ops.size();
  for (std::uint64_t allowed = 0; allowed < whole.runs; ++allowed) {
    ShrinkOptions options;
    options.stop = [left = allowed]() mutable { return left-- == 0; };
    const auto got = shrink(executor, trace, options);
    EXPECT_FALSE(got.minimal);
    EXPECT_EQ(got.runs, allowed);
    EXPECT_LE(got.trace.ops.size(), before);
    EXPECT_EQ(failure_of(executor, got.trace).index + 1, got.trace.ops.size());
    before = got.trace.ops.size();
  }
}

TEST(Shrink, GivesUpWhenItsTimeIsOver) {
  const Executor executor = toy(shared_write);
  const Executor slow = [&](Trace& trace) {
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
    return executor(trace);
  };
  ShrinkOptions options;
  options.limit = std::chrono::milliseconds(1);
  const auto got = shrink(slow, failing_trace(executor, 9), options);
  EXPECT_FALSE(got.minimal);
  EXPECT_LE(got.runs, 1U);
}

TEST(Shrink, SaysWhenTheFailureDoesNotHappenAgain) {
  const Trace trace = model::parse("P0 exec\nP0 fork P1\n").trace;
  const Executor fine = [](Trace&) { return std::optional<Failure>{}; };
  const auto got = props::shrink(fine, trace, toy_failure(Law::no_leak, 0, trace.ops[0]));
  EXPECT_FALSE(got.minimal);
  EXPECT_EQ(text(got.trace), "P0 exec\n");
  EXPECT_EQ(got.runs, 1U);
}

/// Fails once `count` marked operations have run in order. Nothing but them can be kept, and no
/// meaning helps: the hardest case for the number of executed operations.
TEST(Shrink, ExecutesFewOperationsForScatteredOnes) {
  constexpr std::size_t count = 20, size = 10'000;
  Trace trace{model::default_world(model::Geometry::tiny), {}};
  trace.ops.resize(size);
  Random random(1);
  for (std::size_t i = 0; i < count; ++i) {
    trace.ops[i * size / count + random.below(size / count)].oom = static_cast<std::uint8_t>(i + 1);
  }
  const Executor executor = [](Trace& t) -> std::optional<Failure> {
    std::size_t seen = 0;
    for (std::size_t i = 0; i < t.ops.size(); ++i) {
      if (t.ops[i].oom == seen + 1) ++seen;
      if (seen == count) return toy_failure(Law::isolation, i, t.ops[i]);
    }
    return std::nullopt;
  };
  const auto got = shrink(executor, trace);
  EXPECT_EQ(got.trace.ops.size(), count);
  EXPECT_LE(got.operations, 2'000'000U);
}

}  // namespace
}  // namespace cow::props
