#include "proofs/state.h"

#include <gtest/gtest.h>

namespace cow::proofs {
namespace {

/// Is the condition true whatever the unknowns are?
bool valid(const Cond& condition) {
  Solver solver(5);
  solver.add(!condition);
  return solver.check() == Answer::unsatisfiable;
}

TEST(State, AStoreChangesItsSlotOnly) {
  auto state = State::unknown();
  const auto before = state;
  const Slot slot("slot"), other("other");
  state.store(slot, Entry::leaf(Frame("f"), true, false));
  EXPECT_TRUE(valid(state.present(slot) && state.frame(slot) == Frame("f")));
  EXPECT_TRUE(valid(implies(other != slot, state.present(other) == before.present(other))));
  EXPECT_FALSE(valid(state.present(other) == before.present(other)));
}

TEST(State, TheLedgerCountsStores) {
  auto state = State::empty();
  const Slot a("a"), b("b");
  const Frame f("f");
  state.store(a, Entry::leaf(f, true, false));
  state.store(b, Entry::leaf(f, true, false));
  EXPECT_TRUE(valid(implies(a != b, state.ledger.holders(f) == 2)));
  EXPECT_TRUE(valid(implies(a == b, state.ledger.holders(f) == 1)));
  state.store(a, Entry::none());
  EXPECT_TRUE(
      valid(implies(a != b, state.ledger.holders(f) == 1 && state.ledger.owner(f, 0) == b)));
}

TEST(State, AnAbsentSharedPageShowsTheObject) {
  const auto state = State::unknown();
  const Slot slot("slot");
  const auto object = state.object_of(slot);
  const Cond absent = !state.present(slot) && !state.swapped(slot);
  const Cond reads_object = absent && state.shared(slot) && state.present(object);
  EXPECT_TRUE(valid(implies(reads_object, state.view(slot, 7) == state.view(object, 7))));
  const Cond anonymous = !state.shared(slot) && !state.cow(slot);
  EXPECT_TRUE(valid(implies(absent && anonymous, state.view(slot, 7) == zero_byte())));
}

TEST(State, ACopyIsASnapshot) {
  auto state = State::empty();
  const auto before = state;
  state.count.set(Frame("f"), 3);
  EXPECT_TRUE(valid(state.count(Frame("f")) == 3));
  EXPECT_TRUE(valid(implies(!is_zero_frame(Frame("f")), before.count(Frame("f")) == 0)));
}

}  // namespace
}  // namespace cow::proofs
