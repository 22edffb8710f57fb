#include "proofs/lawful.h"

#include <algorithm>
#include <array>
#include <gtest/gtest.h>
#include <set>
#include <string>

namespace cow::proofs {
namespace {

const Options options;
const std::vector<Frame> two_frames = {Frame("fresh1"), Frame("fresh2")};

const Spec& spec_of(std::string_view name) {
  return *std::ranges::find(specs(), name, &Spec::name);
}

std::set<std::string> sorted(const std::vector<std::string>& list) {
  return {list.begin(), list.end()};
}

/// So what is proved with less is proved with all.
TEST(Lawful, WhatIsAssumedAtFirstIsAPartOfWhatIsAssumedAtLast) {
  for (const auto* name : {"write_fault", "reach_force", "merge_page", "fork_huge"}) {
    Lawful lawful(spec_of(name), options, spec_of(name).relocks, two_frames);
    const auto lean = sorted(lawful.lean().conditions());
    const auto full = sorted(lawful.full().conditions());
    EXPECT_TRUE(std::ranges::includes(full, lean)) << name;
    EXPECT_LT(lean.size() * 2, full.size()) << name << ": hardly less is assumed at first";
  }
}

TEST(Lawful, WhatASmallWorldHasIsShownByAWholeState) {
  Lawful lawful(spec_of("write_fault"), options, 0, two_frames);
  const auto side = lawful.look(std::array{State::unknown().count(Frame("any_frame")) == 3});
  EXPECT_TRUE(side.feasible);
  EXPECT_TRUE(side.is_whole);
}

/// A frame with a hundred holders is in no small world: it can be, but nothing shows it whole.
TEST(Lawful, WhatOnlyALargeWorldHasIsPossibleAndNotShown) {
  Lawful lawful(spec_of("write_fault"), options, 0, two_frames);
  const auto side =
      lawful.look(std::array{State::unknown().ledger.holders(Frame("any_frame")) == 100});
  EXPECT_TRUE(side.feasible);
  EXPECT_TRUE(side.witness.has_value());
  EXPECT_FALSE(side.is_whole);
}

TEST(Lawful, WhatTheLawsForbidIsImpossible) {
  Lawful lawful(spec_of("write_fault"), options, 0, two_frames);
  const auto state = State::unknown();
  const auto frame = state.frame(any_point().slot);
  EXPECT_FALSE(
      lawful.look(std::array{state.present(any_point().slot), state.is_free(frame)}).feasible);
}

/// The second holder of a frame of two, which only its ledger names, is no exclusive one. That it
/// is not takes the laws at whom the ledgers name.
TEST(Lawful, WhatNeedsTheLawsAtWhomALedgerNamesIsAskedOfAll) {
  Lawful lawful(spec_of("write_fault"), options, 0, two_frames);
  const auto state = State::unknown();
  const Frame frame("any_frame");
  const auto last = state.ledger.owner(frame, state.ledger.holders(frame) - 1);
  const std::array asked{state.ledger.holders(frame) == 2, state.exclusive(last)};
  EXPECT_TRUE(look_with(lawful.lean())(asked).feasible);
  EXPECT_FALSE(lawful.look(asked).feasible);
}

}  // namespace
}  // namespace cow::proofs
