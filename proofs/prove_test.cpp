#include "proofs/prove.h"

#include <algorithm>
#include <gtest/gtest.h>
#include <ostream>
#include <string>

#include "proofs/sabotage.h"
#include "proofs/sabotage_marks.h"
#include "proofs/sabotage_pool.h"

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

template <template <class> class Mutant, Group group>
constexpr Expected expect(const char* name, Law law, const char* step) {
  return {name, &prove_mutant<Mutant, group>, law, step};
}

using namespace sabotage;

INSTANTIATE_TEST_SUITE_P(
    Sabotage, Mutants,
    testing::Values(
        expect<SkippedCopy, Group::small>("SkippedCopy", Law::isolation, "write_fault"),
        expect<ShortCopy, Group::small>("ShortCopy", Law::isolation, "write_fault"),
        expect<ReversedCopy, Group::small>("ReversedCopy", Law::isolation, "write_fault"),
        expect<SkippedZero, Group::small>("SkippedZero", Law::no_disclosure, "demand_zero"),
        expect<SkippedFlush, Group::small>("SkippedFlush", Law::tlb_coherent, "write_fault"),
        expect<SkippedFlush, Group::small>("SkippedFlushInUnmap", Law::no_dangling, "unmap_page"),
        expect<LateFlush, Group::small>("LateFlush", Law::no_dangling, "unmap_page"),
        expect<SkippedForkFlush, Group::small>("SkippedForkFlush", Law::tlb_coherent, "fork_flush"),
        expect<SkippedGet, Group::small>("SkippedGet", Law::exact_count, "fork_page"),
        expect<SkippedPut, Group::small>("SkippedPut", Law::no_leak, "exit_page"),
        expect<DoublePut, Group::small>("DoublePut", Law::exact_count, "unmap_page"),
        expect<DoublePut, Group::small>("DoublePutDangling", Law::no_dangling, "unmap_page"),
        expect<ReuseAlways, Group::small>("ReuseAlways", Law::sole_writer, "write_fault"),
        expect<ReuseNever, Group::small>("ReuseNever", Law::frugal, "write_fault"),
        expect<ForkKeepsWriting, Group::small>("ForkKeepsWriting", Law::sole_writer, "fork_page"),
        expect<SkippedFlush, Group::small>("SkippedFlushInSuspend", Law::tlb_coherent,
                                           "suspend_page"),
        expect<SkippedCopy, Group::small>("SkippedCopyInMigrate", Law::isolation, "migrate_page"),
        expect<SkippedCopy, Group::small>("SkippedCopyOfFrame", Law::isolation, "migrate_frame"),
        expect<ForgetsWhatIsCached, Group::small>("ForgetsWhatIsCached", Law::progress,
                                                  "migrate_frame"),
        expect<SkippedPut, Group::small>("SkippedPutInMigrate", Law::no_leak, "migrate_page"),
        expect<SkippedGet, Group::small>("SkippedGetInMigrate", Law::exact_count, "migrate_sharer"),
        expect<SkippedCopy, Group::small>("SkippedCopyInGather", Law::isolation, "gather_page"),
        expect<SkippedZero, Group::small>("SkippedZeroInGather", Law::isolation, "gather_page"),
        expect<SkippedPut, Group::small>("SkippedPutInGather", Law::exact_count, "gather_page"),
        expect<SkippedZero, Group::small>("SkippedZeroOfTwoRuns", Law::no_disclosure,
                                          "demand_object"),
        expect<ReadsAnothersPage, Group::relock>("ReadsAnothersPage", Law::no_disclosure,
                                                 "reach_read"),
        expect<WritesToAnothersPage, Group::relock>("WritesToAnothersPage", Law::isolation,
                                                    "reach_write"),
        expect<SkippedFlush, Group::huge>("SkippedFlushInZapHuge", Law::no_dangling, "zap_huge"),
        expect<ForgetsLastPart, Group::huge>("ForgetsLastPart", Law::isolation, "write_fault_huge"),
        expect<ForgetsLastPart, Group::huge>("ForgetsLastPartInMigrate", Law::isolation,
                                             "migrate_huge"),
        expect<LastPartNotZeroed, Group::huge>("LastPartNotZeroed", Law::no_disclosure,
                                               "demand_zero_huge"),
        expect<SkippedHugePut, Group::huge>("SkippedHugePut", Law::exact_count, "split_huge"),
        expect<SkippedHugePut, Group::huge>("SkippedHugePutInFault", Law::exact_count,
                                            "write_fault_huge"),
        expect<SkippedGet, Group::huge>("SkippedGetInSplit", Law::exact_count, "split_huge"),
        expect<SkippedGet, Group::small>("SkippedGetOfZeroPage", Law::exact_count,
                                         "demand_zero_page"),
        expect<KeepsNoReference, Group::relock>("KeepsNoReference", Law::isolation, "reach_read"),
        expect<CountsWithoutTheEntry, Group::small>("CountsWithoutTheEntry", Law::sole_writer,
                                                    "write_fault"),
        expect<CopiesStaleFrame, Group::small>("CopiesStaleFrame", Law::isolation, "write_fault"),
        expect<FindsBeforeTheLock, Group::relock>("FindsBeforeTheLock", Law::isolation,
                                                  "come_back"),
        expect<FindsBeforeTheLock, Group::relock>("FindsBeforeTheLockCounts", Law::exact_count,
                                                  "come_back"),
        expect<TrustsTheWalk, Group::relock>("TrustsTheWalk", Law::sole_writer, "make_exclusive"),
        expect<ProtectGrantsWriting, Group::small>("ProtectGrantsWriting", Law::sole_writer,
                                                   "protect_page")),
    [](const auto& p) { return std::string(p.param.mutant); });

INSTANTIATE_TEST_SUITE_P(
    SabotageOfMarks, Mutants,
    testing::Values(
        expect<SharesUnmarked, Group::marks>("SharesUnmarked", Law::sole_writer, "share_entry"),
        expect<TableAsItWas, Group::marks>("TableAsItWas", Law::isolation, "make_entry"),
        expect<SkippedTableGet, Group::marks>("SkippedTableGet", Law::exact_count, "share_entry"),
        expect<SkippedTablePut, Group::marks>("SkippedTablePut", Law::exact_count, "drop_table"),
        expect<SkippedTablePut, Group::marks>("SkippedTablePutInOwn", Law::exact_count,
                                              "own_entry"),
        expect<SkippedWalkFlush, Group::marks>("SkippedWalkFlush", Law::tlb_coherent, "own_entry"),
        expect<SkippedCopy, Group::marks>("SkippedCopyOfTable", Law::isolation, "own_entry"),
        expect<SkippedForkFlush, Group::marks>("SkippedFlushOfTable", Law::tlb_coherent,
                                               "drop_table"),
        expect<SkippedGet, Group::marks>("SkippedGetInMerge", Law::exact_count, "merge_page"),
        expect<SkippedPut, Group::marks>("SkippedPutInMerge", Law::no_leak, "merge_page"),
        expect<DoublePut, Group::marks>("DoublePutInMerge", Law::no_dangling, "merge_page"),
        expect<SkippedFlush, Group::marks>("SkippedFlushInMerge", Law::tlb_coherent, "merge_page"),
        expect<ComparesNothing, Group::marks>("ComparesNothing", Law::isolation, "merge_page"),
        expect<ForgetsWp, Group::marks>("ForgetsWpOnDemand", Law::permission, "demand_marked"),
        expect<ForgetsWp, Group::small>("ForgetsWpInCopy", Law::permission, "move_to_copy"),
        expect<ForgetsWp, Group::small>("ForgetsWpInSwapIn", Law::permission, "swap_in"),
        expect<ForgetsUnwritten, Group::small>("ForgetsUnwritten", Law::frugal, "swap_in"),
        expect<CountsAsUnwritten, Group::small>("CountsAsUnwritten", Law::accounted, "fork_page"),
        expect<TakesForClean, Group::small>("TakesForCleanInFork", Law::isolation, "fork_page"),
        expect<TakesForClean, Group::small>("TakesForCleanInMigrate", Law::isolation,
                                            "migrate_page"),
        expect<ForgetsGuards, Group::small>("ForgetsGuardsInFork", Law::permission, "fork_page"),
        expect<ForgetsGuards, Group::marks>("ForgetsGuards", Law::permission, "guard_page"),
        expect<SkippedPut, Group::marks>("SkippedPutInPageOut", Law::no_leak, "page_out"),
        expect<SkippedFlush, Group::marks>("SkippedFlushInPageOut", Law::no_dangling, "page_out"),
        expect<SkippedHugePut, Group::huge>("SkippedHugePutInPageOut", Law::no_leak,
                                            "page_out_huge"),
        expect<SkippedFlush, Group::huge>("SkippedFlushInProtect", Law::tlb_coherent,
                                          "write_protect_huge"),
        expect<NeverProtects, Group::huge>("NeverProtectsInSuspend", Law::progress, "suspend_huge"),
        expect<SkippedFlush, Group::huge>("SkippedFlushInClear", Law::tlb_coherent,
                                          "clear_huge_refs"),
        expect<SkippedCopy, Group::marks>("SkippedCopyInEagerFork", Law::isolation,
                                          "copy_for_child"),
        expect<NeverProtects, Group::marks>("NeverProtectsInHold", Law::progress, "hold_leaf"),
        expect<NeverProtects, Group::marks>("NeverProtectsInInherit", Law::sole_writer,
                                            "inherit_page"),
        expect<SkippedGet, Group::marks>("SkippedGetInInherit", Law::exact_count, "inherit_page")),
    [](const auto& p) { return std::string(p.param.mutant); });

INSTANTIATE_TEST_SUITE_P(
    SabotageOfBatches, Mutants,
    testing::Values(expect<SkippedBatchFlush, Group::marks>("SkippedBatchFlush", Law::tlb_coherent,
                                                            "unmap_pages"),
                    expect<SkippedBatchFlush, Group::marks>("SkippedBatchFlushDangling",
                                                            Law::no_dangling, "unmap_pages"),
                    expect<SkippedBatchFlush, Group::marks>("SkippedBatchFlushInProtect",
                                                            Law::tlb_coherent, "protect_pages"),
                    expect<SkippedBatchFlush, Group::huge>("SkippedBatchFlushOfHuge",
                                                           Law::tlb_coherent, "zap_huge_pages"),
                    expect<SkippedBatchFlush, Group::relock>("SkippedBatchFlushInPageOut",
                                                             Law::no_dangling, "go_in_batch"),
                    expect<PutsBeforeTheFlush, Group::marks>("PutsBeforeTheFlush", Law::no_dangling,
                                                             "unmap_pages"),
                    expect<PutsBeforeTheFlush, Group::marks>("PutsBeforeTheFlushUncounted",
                                                             Law::exact_count, "unmap_pages"),
                    expect<PutsBeforeTheFlush, Group::huge>("PutsHugeBeforeTheFlush",
                                                            Law::exact_count, "lose_hugetlb")),
    [](const auto& p) { return std::string(p.param.mutant); });

INSTANTIATE_TEST_SUITE_P(
    SabotageOfThePool, Mutants,
    testing::Values(
        expect<OverlooksPool, Group::huge>("OverlooksPool", Law::progress, "demand_hugetlb"),
        expect<OverlooksPool, Group::huge>("OverlooksPoolInFill", Law::progress, "fill_object"),
        expect<ForgetsPromise, Group::huge>("ForgetsPromise", Law::progress, "demand_hugetlb"),
        expect<ForgetsPromise, Group::huge>("ForgetsPromiseInOwn", Law::progress, "own_hugetlb"),
        expect<ForgetsPromise, Group::huge>("ForgetsPromiseInFault", Law::progress,
                                            "fault_hugetlb"),
        expect<CountsPoolAsSharer, Group::huge>("CountsPoolAsSharer", Law::frugal, "own_hugetlb"),
        expect<DiscountsPoolTwice, Group::huge>("DiscountsPoolTwice", Law::sole_writer,
                                                "own_hugetlb"),
        expect<TakesObjectsPage, Group::huge>("TakesObjectsPage", Law::sole_writer, "own_hugetlb"),
        expect<TakesObjectsPage, Group::huge>("TakesObjectsPageInFault", Law::sole_writer,
                                              "fault_hugetlb"),
        expect<ForgetsLastPart, Group::huge>("ForgetsLastPartInOwn", Law::isolation, "own_hugetlb"),
        expect<ForgetsLastPart, Group::huge>("ForgetsLastPartInFork", Law::isolation,
                                             "fork_hugetlb"),
        expect<LastPartNotZeroed, Group::huge>("LastPartNotZeroedOfThePool", Law::no_disclosure,
                                               "demand_hugetlb"),
        expect<LastPartNotZeroed, Group::huge>("LastPartNotZeroedInFill", Law::no_disclosure,
                                               "fill_object"),
        expect<SkippedFlush, Group::huge>("SkippedFlushInOwn", Law::tlb_coherent, "own_hugetlb"),
        expect<SkippedHugeGet, Group::huge>("SkippedHugeGetOfHeld", Law::exact_count,
                                            "demand_held_hugetlb"),
        expect<SkippedHugeGet, Group::huge>("SkippedHugeGetInFork", Law::exact_count,
                                            "fork_hugetlb"),
        expect<SkippedHugePut, Group::huge>("SkippedHugePutInOwn", Law::exact_count, "own_hugetlb"),
        expect<SkippedHugePut, Group::huge>("SkippedHugePutOfLost", Law::exact_count,
                                            "lose_hugetlb"),
        expect<SkippedForkFlush, Group::huge>("SkippedFlushOfLost", Law::tlb_coherent,
                                              "lose_hugetlb")),
    [](const auto& p) { return std::string(p.param.mutant); });

/// A kernel that never runs out of memory says nothing about refusals, and that is no proof.
TEST(Prove, WhatNoPathSpeaksAboutIsVacuous) {
  const auto report =
      prove_mutant<EndlessMemory, Group::small>({.only = "demand_zero/refused-unchanged"});
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
  const auto report = prove_mutant<DeadBranch, Group::small>({.only = "demand_zero/premises"});
  ASSERT_EQ(report.results.size(), 1U);
  EXPECT_EQ(report.results[0].verdict, Verdict::vacuous);
  EXPECT_NE(report.results[0].note.find("shared(place)"), std::string::npos);
}

}  // namespace
}  // namespace cow::proofs
