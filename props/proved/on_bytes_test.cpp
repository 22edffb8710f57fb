#include "props/proved/on_bytes.h"

#include <gtest/gtest.h>

#include "props/proved/made_state.h"
#include "props/proved/reached.h"

namespace cow::props::proved {
namespace {

/// A private page that one process has alone, and a device.
MachineState pinned_page() {
  auto state = page_of(1);
  state.slots[0].entry.writes = state.slots[0].entry.alone = true;
  state.frames[0].count = 2;
  state.frames[0].pins = 1;
  return state;
}

TEST(OnBytes, AMutantBreaksTheLawAndTheKernelDoesNot) {
  const auto state = pinned_page();
  const Refuted refuted{"fork_page", state, 0};
  const auto mutant = run_on_bytes("museum:A12", refuted, "pin-stable");
  EXPECT_EQ(mutant.why_not, "");
  ASSERT_TRUE(mutant.as_expected);
  EXPECT_EQ(tell(mutant, "pin-stable"),
            "  on bytes, from this very state, it breaks the law, too, by P0 fork P1:\n"
            "    ! pin-stable: P0 p0 maps the pinned frame 1, but not for itself alone\n"
            "    ! pin-stable: P1 p0 maps the pinned frame 1, but not for itself alone\n");
  const auto kernel = run_on_bytes("embedded", refuted, "pin-stable");
  EXPECT_TRUE(kernel.shown.empty());
  EXPECT_EQ(tell(kernel, "pin-stable"),
            "  on bytes, from this very state, no law breaks by P0 fork P1: they do not come by "
            "the refuted path here, or terms and bytes differ\n");
  EXPECT_EQ(tell(run_on_bytes("embedded", refuted, "frugal"), "frugal"),
            "  on bytes, from this very state, no law breaks by P0 fork P1: costs are not judged "
            "here\n");
}

/// Nor by any other step, from whatever state that a run reaches.
TEST(OnBytes, TheKernelBreaksNothingFromBuiltStates) {
  int run = 0;
  for (std::uint64_t seed = 1; seed <= 7; ++seed) {
    look_at_random({}, seed, [&](const Machine& machine, const model::Trace& trace) {
      if (machine.shares_tables() || trace.ops.size() % 10 != 0) return true;
      const auto state = small_state(machine);
      for (int s = 0; s < static_cast<int>(state.slots.size()); s += 3) {
        for (const auto* step : {"write_fault", "unmap_page", "swap_out", "fork_page", "move_page",
                                 "protect_page", "merge_page", "migrate_page"}) {
          const auto found = run_on_bytes("embedded", {step, state, s}, "isolation");
          run += found.why_not.empty() ? 1 : 0;
          EXPECT_TRUE(found.shown.empty()) << tell(found, "isolation") << "after\n"
                                           << model::print(model::TraceText{trace, "", ""});
        }
      }
      return !testing::Test::HasFailure();
    });
  }
  EXPECT_GT(run, 300);
}

TEST(OnBytes, WhatIsNotRunSaysWhy) {
  const auto state = pinned_page();
  const auto why = [&](const char* subject, const char* step, int place) {
    return run_on_bytes(subject, {step, state, place}, "isolation").why_not;
  };
  EXPECT_EQ(why("embedded", "split_huge", 0), "no operation on one small page takes this step");
  EXPECT_EQ(why("museum:C5-race", "fork_page", 0), "it takes more than one CPU");
  EXPECT_EQ(why("embedded", "fork_page", -1), "the step is called for no process's page");
  auto covered = state;
  covered.frames[0].others = 1;
  EXPECT_EQ(run_on_bytes("embedded", {"fork_page", covered, 0}, "isolation").why_not,
            "a page of another size covers frame 1");
}

}  // namespace
}  // namespace cow::props::proved
