#include "proofs/prove.h"

#include <algorithm>
#include <gtest/gtest.h>
#include <ostream>
#include <string>

#include "proofs/sabotage.h"

namespace cow::proofs {
namespace {

using kernel::Law;

bool proved_without(const char* premise, const char* only) {
  Options options;
  options.only = only;
  options.without = premise;
  return prove_all(options).proved();
}

void expect_premises_are_needed(const Spec& spec) {
  for (const auto& premise : spec.premises) {
    const auto only = std::string(spec.name) + "/";
    EXPECT_FALSE(proved_without(premise.name, only.c_str())) << only << premise.name;
  }
}

/// A premise that nothing needs would make the proof say less than it could.
TEST(NightlyProve, EveryPremiseOfAStepIsNeededByIt) {
  for (const auto& spec : specs()) expect_premises_are_needed(spec);
}

TEST(Prove, ThePremisesOfAWriteFaultAreNeededByIt) {
  const auto all = specs();
  const auto spec = std::ranges::find(all, std::string_view("write_fault"), &Spec::name);
  ASSERT_NE(spec, all.end());
  ASSERT_FALSE(spec->premises.empty());
  expect_premises_are_needed(*spec);
}

/// All but one: that entries name held frames follows from the exact counts.
TEST(NightlyProve, EveryInvariantIsNeeded) {
  const auto needed = [](const Invariant& invariant) {
    for (const auto* step : {"demand_object/", "write_fault/", "demand_zero_page/", "move_to_copy/",
                             "split_huge/", "write_fault_huge/"}) {
      if (!proved_without(invariant.name, step)) return true;
    }
    return false;
  };
  for (const auto& invariant : invariants()) {
    const bool merged = std::string_view(invariant.name) == "a free frame is not merged";
    const bool follows = invariant.law == Law::no_dangling && !merged;
    EXPECT_EQ(needed(invariant), !follows) << invariant.name;
  }
}

TEST(Prove, WriteFaultHasItsNinePaths) {
  const auto report = prove_all({.only = "write_fault/premises"});
  ASSERT_EQ(report.results.size(), 1U);
  EXPECT_EQ(report.results[0].paths, 9);
}

TEST(Prove, OnlyJudgesWhatWasAskedFor) {
  const auto report = prove_all({.only = "fork_page/sole"});
  ASSERT_EQ(report.results.size(), 1U);
  EXPECT_EQ(report.results[0].step, "fork_page");
  EXPECT_EQ(report.results[0].law, "sole-writer");
}

struct Expected {
  const char* mutant;
  Report (*prove)(const Options&);
  Law law;
  const char* step;
};

void PrintTo(const Expected& expected, std::ostream* out) { *out << expected.mutant; }

class Mutants : public testing::TestWithParam<Expected> {};

TEST_P(Mutants, IsRefutedUnderItsLawWithAStory) {
  const auto& expected = GetParam();
  Options options;
  options.only = std::string(expected.step) + "/";
  const auto report = expected.prove(options);
  EXPECT_FALSE(report.proved());
  EXPECT_TRUE(report.refuted(expected.law)) << table(report, true);
  bool found = false;
  for (const auto& result : report.results) {
    EXPECT_NE(result.verdict, Verdict::unknown) << result.step << "/" << result.law;
    if (result.step != expected.step || result.law != kernel::name(expected.law)) continue;
    found = true;
    EXPECT_EQ(result.verdict, Verdict::refuted);
    EXPECT_NE(result.note.find("before, obeying every law"), std::string::npos) << result.note;
  }
  EXPECT_TRUE(found);
}

template <template <class> class Mutant>
constexpr Expected expect(const char* name, Law law, const char* step) {
  return {name, &prove_mutant<Mutant>, law, step};
}

using namespace sabotage;

INSTANTIATE_TEST_SUITE_P(
    Sabotage, Mutants,
    testing::Values(
        expect<SkippedCopy>("SkippedCopy", Law::isolation, "write_fault"),
        expect<ShortCopy>("ShortCopy", Law::isolation, "write_fault"),
        expect<ReversedCopy>("ReversedCopy", Law::isolation, "write_fault"),
        expect<SkippedZero>("SkippedZero", Law::no_disclosure, "demand_zero"),
        expect<SkippedFlush>("SkippedFlush", Law::tlb_coherent, "write_fault"),
        expect<SkippedFlush>("SkippedFlushInUnmap", Law::no_dangling, "unmap_page"),
        expect<LateFlush>("LateFlush", Law::no_dangling, "unmap_page"),
        expect<SkippedForkFlush>("SkippedForkFlush", Law::tlb_coherent, "fork_flush"),
        expect<SkippedGet>("SkippedGet", Law::exact_count, "fork_page"),
        expect<SkippedPut>("SkippedPut", Law::no_leak, "exit_page"),
        expect<DoublePut>("DoublePut", Law::exact_count, "unmap_page"),
        expect<DoublePut>("DoublePutDangling", Law::no_dangling, "unmap_page"),
        expect<ReuseAlways>("ReuseAlways", Law::sole_writer, "write_fault"),
        expect<ReuseNever>("ReuseNever", Law::frugal, "write_fault"),
        expect<ForkKeepsWriting>("ForkKeepsWriting", Law::sole_writer, "fork_page"),
        expect<SkippedFlush>("SkippedFlushInSuspend", Law::tlb_coherent, "suspend_page"),
        expect<SkippedCopy>("SkippedCopyInMigrate", Law::isolation, "migrate_page"),
        expect<SkippedPut>("SkippedPutInMigrate", Law::no_leak, "migrate_page"),
        expect<SkippedGet>("SkippedGetInMigrate", Law::exact_count, "migrate_sharer"),
        expect<SkippedCopy>("SkippedCopyInGather", Law::isolation, "gather_page"),
        expect<SkippedZero>("SkippedZeroInGather", Law::isolation, "gather_page"),
        expect<SkippedPut>("SkippedPutInGather", Law::exact_count, "gather_page"),
        expect<SkippedZero>("SkippedZeroOfTwoRuns", Law::no_disclosure, "demand_object"),
        expect<ReadsAnothersPage>("ReadsAnothersPage", Law::no_disclosure, "reach_read"),
        expect<WritesToAnothersPage>("WritesToAnothersPage", Law::isolation, "reach_write"),
        expect<SkippedFlush>("SkippedFlushInZapHuge", Law::no_dangling, "zap_huge"),
        expect<ForgetsLastPart>("ForgetsLastPart", Law::isolation, "write_fault_huge"),
        expect<ForgetsLastPart>("ForgetsLastPartInMigrate", Law::isolation, "migrate_huge"),
        expect<LastPartNotZeroed>("LastPartNotZeroed", Law::no_disclosure, "demand_zero_huge"),
        expect<SkippedHugePut>("SkippedHugePut", Law::exact_count, "split_huge"),
        expect<SkippedHugePut>("SkippedHugePutInFault", Law::exact_count, "write_fault_huge"),
        expect<SkippedGet>("SkippedGetInSplit", Law::exact_count, "split_huge"),
        expect<SkippedGet>("SkippedGetOfZeroPage", Law::exact_count, "demand_zero_page"),
        expect<KeepsNoReference>("KeepsNoReference", Law::isolation, "reach_read"),
        expect<CountsWithoutTheEntry>("CountsWithoutTheEntry", Law::sole_writer, "write_fault"),
        expect<CopiesStaleFrame>("CopiesStaleFrame", Law::isolation, "write_fault"),
        expect<TrustsTheWalk>("TrustsTheWalk", Law::sole_writer, "make_exclusive"),
        expect<ProtectGrantsWriting>("ProtectGrantsWriting", Law::sole_writer, "protect_page")),
    [](const auto& p) { return std::string(p.param.mutant); });

/// A kernel that never runs out of memory says nothing about refusals, and that is no proof.
TEST(Prove, WhatNoPathSpeaksAboutIsVacuous) {
  const auto report = prove_mutant<EndlessMemory>({.only = "demand_zero/refused-unchanged"});
  ASSERT_EQ(report.results.size(), 1U);
  EXPECT_EQ(report.results[0].verdict, Verdict::vacuous);
  EXPECT_FALSE(report.proved());
}

/// Asks for what the premises already say: one side of the `if` is dead code.
template <class Base>
struct DeadBranch : Base {
  using Base::Base;
  void zero_page(const typename Base::Frame& frame) {
    if (!this->state().shared(Scene().place)) Base::zero_page(frame);
  }
};

TEST(Prove, ABranchThatIsNeverTakenIsNamed) {
  const auto report = prove_mutant<DeadBranch>({.only = "demand_zero/premises"});
  ASSERT_EQ(report.results.size(), 1U);
  EXPECT_EQ(report.results[0].verdict, Verdict::vacuous);
  EXPECT_NE(report.results[0].note.find("shared(place)"), std::string::npos);
}

}  // namespace
}  // namespace cow::proofs
