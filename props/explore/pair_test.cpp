#include "props/explore/pair.h"

#include <algorithm>
#include <gtest/gtest.h>

#include "props/draw/random.h"
#include "props/explore/worker.h"
#include "props/museum/museum.h"
#include "props/subjects/registry.h"

/// The explorer's judge says of every step what the lockstep says.
namespace cow::props::explore {
namespace {

/// Runs one random trace on both; how many steps both called right, and whether both ended it.
struct Agreement {
  int steps = 0;
  bool failed = false;
};

Agreement run(const Scope& scope, Worker& worker, Session& session, std::uint64_t seed) {
  Random random(seed);
  Agreement agreement;
  session.reset();
  auto& pair = worker.pair();
  pair.subject->forget();
  pair.reset();
  for (int i = 0; i < 40 && pair.reference.living() > 0; ++i) {
    const auto op = worker.concrete(random.below(static_cast<std::uint32_t>(scope.ops.size())));
    bool right = pair.step(op);
    pair.settle();
    right = right && pair.lawful();
    EXPECT_EQ(session.step(op), right) << scope.name << " seed " << seed << " step " << i;
    if (!right) return agreement.failed = true, agreement;
    ++agreement.steps;
  }
  return agreement;
}

bool all_zero(std::span<const std::uint8_t> bytes) {
  return std::ranges::all_of(bytes, [](std::uint8_t byte) { return byte == 0; });
}

void expect_nothing(const Scope& scope, const Pair& pair, std::uint32_t p) {
  const auto pages = scope.named_pages();
  for (std::uint32_t i = 0; i < pages; ++i) {
    ASSERT_EQ(pair.reference.page(p, i), model::Page{});
    ASSERT_TRUE(all_zero(pair.reference.bytes(p, i)));
    ASSERT_EQ(pair.bound.tokens()[p * pages + i], 0U);
    ASSERT_EQ(pair.faults.ready()[p * pages + i], model::Access::none);
  }
  for (std::uint32_t pin = 0; pin < model::max_pins; ++pin) {
    ASSERT_EQ(pair.reference.pin(p, pin), model::Page{});
    ASSERT_TRUE(all_zero(pair.reference.pinned(p, pin)));
    const auto at = scope.world.procs * pages + p * model::max_pins + pin;
    ASSERT_EQ(pair.bound.tokens()[at], 0U);
  }
}

TEST(Pair, JudgesAsTheLockstepDoes) {
  int steps = 0;
  for (const auto& scope : scopes()) {
    Worker worker(scope, open_explorable<Explorable::Machine>(scope.world), true);
    const auto session = open_session("embedded", scope.world);
    for (std::uint64_t seed = 1; seed <= 40; ++seed) {
      const auto agreement = run(scope, worker, *session, seed);
      EXPECT_FALSE(agreement.failed);
      steps += agreement.steps;
    }
  }
  EXPECT_GT(steps, 5000);
}

/// Which is why the notes leave out what the checkers know of them.
TEST(Pair, TheDeadHaveNothing) {
  int dead = 0;
  for (const auto& scope : scopes()) {
    Worker worker(scope, open_explorable<Explorable::Machine>(scope.world), false);
    const auto& pair = worker.pair();
    Random random(5);
    for (int step = 0; step < 2000; ++step) {
      if (pair.reference.living() == 0) worker.pair().reset();
      const auto i = random.below(static_cast<std::uint32_t>(scope.ops.size()));
      ASSERT_TRUE(worker.pair().step(worker.concrete(i)));
      worker.pair().settle();
      for (std::uint32_t p = 0; p < scope.world.procs; ++p) {
        if (pair.reference.alive(p)) continue;
        expect_nothing(scope, pair, p);
        ++dead;
      }
    }
  }
  EXPECT_GT(dead, 5000);
}

/// How many flushes there were is what Pair::forget_generations forgets.
bool counts_flushes(const Exhibit& exhibit) {
  return exhibit.name == "asid-wrap" || exhibit.name == "asid-life";
}

/// Whose child a process is Pair::forget_parents forgets where no operation of the scope asks.
bool counts_children(const Exhibit& exhibit) { return exhibit.name == "wait-orphans"; }

/// How many of the random traces of every scope fail on the exhibit.
int failures(const Exhibit& exhibit, std::uint64_t first, std::uint64_t end) {
  int failed = 0;
  SCOPED_TRACE(std::string(exhibit.name));
  if (counts_flushes(exhibit)) return 0;
  for (const auto& scope : scopes()) {
    if (counts_children(exhibit) && !scope.has(model::Kind::wait)) continue;
    Worker worker(scope, exhibit.open.explorable(scope.world), true);
    const auto session = exhibit.open(scope.world);
    for (auto seed = first; seed < end; ++seed) {
      failed += run(scope, worker, *session, seed).failed ? 1 : 0;
    }
  }
  return failed;
}

/// Blind operations show few of those whose bug takes several in a row, but most.
TEST(Pair, JudgesMutantsAsTheLockstepDoes) {
  std::size_t failed = 0;
  for (const auto& exhibit : exhibits()) failed += failures(exhibit, 1, 30) > 0 ? 1 : 0;
  EXPECT_GT(failed, exhibits().size() / 2);
}

TEST(NightlyPair, JudgesMutantsAsTheLockstepDoesInMoreTraces) {
  std::size_t failed = 0;
  for (const auto& exhibit : exhibits()) failed += failures(exhibit, 30, 1000) > 0 ? 1 : 0;
  EXPECT_GT(failed, exhibits().size() * 4 / 5);
}

/// Of every operation, in many states: what it changed is put back, and brought back.
TEST(Pair, IsPutBackAsItWasSavedAndBroughtBack) {
  int changed = 0;
  for (const auto& scope : scopes()) {
    Worker worker(scope, open_explorable<Explorable::Machine>(scope.world), false);
    auto& pair = worker.pair();
    auto saved = pair.save();
    const auto here = [&] { return Pair::fingerprint(pair.save()); };
    Random random(3);
    for (int state = 0; state < 100; ++state) {
      for (std::uint32_t i = 0; i < scope.ops.size(); ++i) {
        const auto op = worker.concrete(i);
        ASSERT_TRUE(pair.step(op));
        pair.settle();
        const auto changes = pair.changes(saved);
        const auto print = here();
        ASSERT_EQ(pair.fingerprint(saved, changes), print);
        const bool looks = pair.status() != model::Status::ok || model::answers_bytes(op.kind);
        if (looks) {
          ASSERT_EQ(pair.same_as(saved), print == Pair::fingerprint(saved));
        }
        std::vector<Lines::Line> lines(Lines::count(changes));
        pair.copy(changes, lines.data());
        std::vector<Lines::Line> taken(lines.size());
        ASSERT_EQ(pair.take_back(saved, changes, taken.data()), print);
        ASSERT_EQ(taken, lines);
        ASSERT_EQ(here(), Pair::fingerprint(saved));
        pair.redo(op, pair.status(), changes, lines.data());
        ASSERT_EQ(here(), print);
        ASSERT_TRUE(pair.lawful());
        pair.restore(saved, changes);
        ASSERT_EQ(here(), Pair::fingerprint(saved));
        changed += Lines::none(changes) ? 0 : 1;
      }
      if (pair.reference.living() == 0) pair.reset();
      pair.step(worker.concrete(random.below(static_cast<std::uint32_t>(scope.ops.size()))));
      pair.settle();
      pair.save(saved);
    }
  }
  EXPECT_GT(changed, 5000);
}

}  // namespace
}  // namespace cow::props::explore
