#include <gtest/gtest.h>

#include "props/draw/random.h"
#include "props/explore/codec.h"
#include "props/explore/worker.h"

/// Forms of states: what they keep, and that renaming commutes with every operation.
namespace cow::props::explore {
namespace {

using Form = std::vector<std::uint8_t>;

Form form_of(Codec& codec, Pair& pair) {
  const auto form = codec.write(pair);
  return {form.begin(), form.end()};
}

std::unique_ptr<Explorable> sound(const Scope& scope) {
  return open_explorable<Explorable::Machine>(scope.world);
}

/// A walk of random operations; `visit(pair)` after each.
template <class Visit>
void walk(const Scope& scope, std::uint64_t seed, int steps, Visit visit) {
  Worker worker(scope, sound(scope), true);
  Random random(seed);
  worker.pair().reset();
  for (int i = 0; i < steps; ++i) {
    if (worker.pair().reference.living() == 0) worker.pair().reset();
    const auto op = worker.concrete(random.below(static_cast<std::uint32_t>(scope.ops.size())));
    ASSERT_TRUE(worker.pair().step(op)) << scope.name;
    worker.pair().settle();
    visit(worker.pair());
  }
}

std::vector<Scope> reducible_scopes() {
  std::vector<Scope> found;
  std::ranges::copy_if(scopes(), std::back_inserter(found), &Scope::is_reducible);
  return found;
}

class Forms : public testing::TestWithParam<Scope> {};
INSTANTIATE_TEST_SUITE_P(Every, Forms, testing::ValuesIn(reducible_scopes()), [](const auto& each) {
  auto name = std::string(each.param.name);
  std::ranges::replace(name, '-', '_');
  return name;
});

TEST_P(Forms, OfLawfulStatesAreCanonicalAndReadBackToLawfulStates) {
  const auto& scope = GetParam();
  Codec reduced(scope, true), exact(scope, false);
  Pair copy(sound(scope), scope);
  walk(scope, 1, 3000, [&](Pair& pair) {
    const auto form = form_of(reduced, pair);
    ASSERT_EQ(form.front(), canonical_form);
    reduced.read(form, copy);
    ASSERT_TRUE(copy.lawful());
    ASSERT_EQ(form_of(reduced, copy), form);
    const auto whole = form_of(exact, pair);
    ASSERT_EQ(whole.front(), exact_form);
    exact.read(whole, copy);
    ASSERT_TRUE(copy.lawful());
    ASSERT_EQ(form_of(exact, copy), whole);
    ASSERT_EQ(form_of(reduced, copy), form);
  });
}

/// What has no canonical form is kept whole, and what has one reads back.
TEST(MixedForms, ReadBackToLawfulStates) {
  for (const auto& scope : scopes()) {
    if (scope.is_reducible()) continue;
    Codec reduced(scope, true), exact(scope, false);
    Pair copy(sound(scope), scope);
    int canonical = 0, whole = 0;
    walk(scope, 1, 3000, [&](Pair& pair) {
      const auto form = form_of(reduced, pair), all = form_of(exact, pair);
      ++(form.front() == canonical_form ? canonical : whole);
      reduced.read(form, copy);
      ASSERT_TRUE(copy.lawful()) << scope.name;
      ASSERT_EQ(form_of(reduced, copy), form) << scope.name;
      exact.read(all, copy);
      ASSERT_TRUE(copy.lawful()) << scope.name;
      ASSERT_EQ(form_of(exact, copy), all) << scope.name;
    });
    // What the machine holds itself from the start has no canonical form (Survey::look).
    const bool never = scope.numbers_matter() || scope.world.pool != 0 || scope.world.asids != 0 ||
                       scope.world.zero_page == model::ZeroPage::page;
    EXPECT_EQ(canonical > 100, !never) << scope.name;
    EXPECT_EQ(canonical == 0, never) << scope.name;
    EXPECT_GT(whole, 100) << scope.name;
  }
}

/// The reason why one state may stand for its orbit: whatever is done to the state and, renamed, to
/// its representative, the results have one form again.
TEST_P(Forms, CommuteWithEveryOperation) {
  const auto& scope = GetParam();
  Codec codec(scope, true);
  Worker stand_in(scope, sound(scope), true), twin(scope, sound(scope), true);
  int visits = 0;
  walk(scope, 2, 600, [&](Pair& pair) {
    if (++visits % 3 != 0) return;
    const auto form = form_of(codec, pair);
    const auto order = codec.order();
    Codec exact(scope, false);
    const auto whole = form_of(exact, pair);
    for (std::uint32_t i = 0; i < scope.ops.size(); ++i) {
      codec.read(form, stand_in.pair());
      exact.read(whole, twin.pair());
      const bool right = stand_in.pair().step(stand_in.concrete(i));
      ASSERT_EQ(twin.pair().step(renamed(twin.concrete(i), order)), right);
      ASSERT_EQ(twin.pair().status(), stand_in.pair().status());
      stand_in.pair().settle();
      twin.pair().settle();
      ASSERT_EQ(form_of(codec, stand_in.pair()), form_of(codec, twin.pair())) << scope.name;
    }
  });
}

/// Two histories that differ by a renaming end in one form, step for step, if the renaming is a
/// symmetry. Answers after how many steps they part, or 0.
int steps_until_parted(const Scope& scope, const Symmetry::Order& order, std::uint64_t seed) {
  Codec codec(scope, true);
  Worker one(scope, sound(scope), true), other(scope, sound(scope), true);
  for (std::uint8_t child = 1; child < scope.world.procs; ++child) {
    model::Op fork;
    fork.kind = model::Kind::fork;
    fork.child = child;
    for (auto* worker : {&one, &other}) worker->pair().step(fork), worker->pair().settle();
  }
  Random random(seed);
  for (int i = 1; i <= 60; ++i) {
    const auto n = random.below(static_cast<std::uint32_t>(scope.ops.size()));
    one.pair().step(one.concrete(n));
    other.pair().step(renamed(other.concrete(n), order));
    one.pair().settle();
    other.pair().settle();
    if (form_of(codec, one.pair()) != form_of(codec, other.pair())) return i;
  }
  return 0;
}

TEST_P(Forms, OfRenamedHistoriesAreTheSame) {
  const auto& scope = GetParam();
  const Symmetry symmetry(scope);
  for (const auto& order : symmetry.orders()) {
    for (std::uint64_t seed = 1; seed <= 60; ++seed) {
      ASSERT_EQ(steps_until_parted(scope, order, seed), 0) << scope.name << " seed " << seed;
    }
  }
}

TEST(Symmetries, AreAllOrdersUnlessTwoProcessesEvictEachOther) {
  EXPECT_EQ(Symmetry(*find_scope("small")).orders().size(), 6U);
  EXPECT_EQ(Symmetry(*find_scope("ranges")).orders().size(), 2U);
  EXPECT_EQ(Symmetry(*find_scope("huge")).orders().size(), 1U);  // P0 p0 and P1 p3 do
}

/// The canary: histories renamed by what is no symmetry do part.
TEST(Symmetries, ThatWouldChangeWhoEvictsWhomAreNoticed) {
  int parted = 0;
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    parted += steps_until_parted(*find_scope("huge"), {1, 0, 2}, seed) > 0 ? 1 : 0;
  }
  EXPECT_GT(parted, 0);
}

/// Without all processes in the alphabet there is nothing to rename.
TEST(Symmetries, NeedEveryOperationForEveryProcess) {
  auto scope = *find_scope("small");
  std::erase_if(scope.ops,
                [](const model::Op& op) { return op.kind == model::Kind::exec && op.proc == 2; });
  EXPECT_EQ(Symmetry(scope).orders().size(), 2U);
}

TEST(Fingerprints, DifferForStringsThatDifferInOneBit) {
  std::set<std::uint64_t> seen;
  for (std::size_t size = 0; size < 70; ++size) {
    Form bytes(size);
    EXPECT_TRUE(seen.insert(fingerprint(bytes)).second);
    for (std::size_t bit = 0; bit < size * 8; ++bit) {
      bytes[bit / 8] ^= static_cast<std::uint8_t>(1U << bit % 8);
      EXPECT_TRUE(seen.insert(fingerprint(bytes)).second);
      bytes[bit / 8] ^= static_cast<std::uint8_t>(1U << bit % 8);
    }
  }
}

}  // namespace
}  // namespace cow::props::explore
