#include "props/proved/rebuild.h"

#include <algorithm>
#include <gtest/gtest.h>
#include <map>

#include "props/proved/made_state.h"
#include "props/proved/reached.h"

// Of states that runs reach most can be taken apart and built again, and are the same then.

namespace cow::props::proved {
namespace {

/// What the built machine has where the slots were put is what the state says, frames by their
/// new names.
std::string difference(const MachineState& state, const Built& built) {
  const auto& m = *built.machine;
  for (std::size_t s = 0; s < state.slots.size(); ++s) {
    const auto& [process, page] = built.slots[s];
    if (process < 0) continue;
    const auto p = static_cast<std::uint32_t>(process);
    const auto at = kernel::walk<Machine>(m, m.root(p), m.user_first() + page);
    const auto found = at.level == 0 ? at.entry : Machine::Entry::none();
    const auto& entry = state.slots[s].entry;
    const auto named = entry.is_present ? built.frames[static_cast<std::size_t>(entry.names)] : 0;
    const bool same = found.present() == entry.is_present && found.swapped() == entry.is_swapped &&
                      found.writable() == entry.writes && found.readable() == entry.reads &&
                      found.exclusive() == entry.alone && found.dirty() == entry.was_written &&
                      found.wp() == entry.is_wp && found.unwritten() == entry.is_unwritten &&
                      found.guard() == entry.is_guard &&
                      (!entry.is_present || found.frame() == named);
    if (!same) return "slot " + std::to_string(s);
  }
  for (std::size_t f = 0; f < state.frames.size(); ++f) {
    const auto real = built.frames[f];
    const auto& frame = state.frames[f];
    if (real == machine::none) continue;
    const bool same = m.references(real) == frame.count && m.frame_info(real).pins == frame.pins &&
                      m.cached(real) == frame.in_cache && m.is_merged(real) == frame.is_merged &&
                      std::ranges::equal(m.frame_bytes(real), frame.bytes);
    if (!same) return "frame " + std::to_string(f);
  }
  return {};
}

/// Of a machine's state, without what is the machine's own affair: file pages that nobody maps, and
/// what CPUs other than the first have in their TLBs.
TEST(Rebuild, MostStatesOfRandomRunsAreTheSameAgain) {
  std::map<std::string, int> why;
  int built_ones = 0, all = 0;
  const auto invariants = kernel::all_invariants<MachineState>();
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    look_at_random({}, seed, [&](const Machine& machine, const model::Trace& trace) {
      if (machine.shares_tables() || trace.ops.size() % 3 != 0) return true;
      const auto state = small_state(machine);
      const auto built = rebuild(state);
      ++all;
      ++why[built.why_not];
      if (!built.why_not.empty()) return true;
      ++built_ones;
      EXPECT_EQ(difference(state, built), "") << model::print(model::TraceText{trace, "", ""});
      const auto again = small_state(*built.machine);
      for (const auto& invariant : invariants) {
        EXPECT_EQ(kernel::where_broken(invariant, again), "") << invariant.name;
      }
      return !testing::Test::HasFailure();
    });
  }
  for (const auto& [reason, times] : why) {
    EXPECT_TRUE(reason.empty() || !reason.starts_with("the ")) << reason << ": " << times;
  }
  EXPECT_GT(built_ones * 10, all * 8) << built_ones;
  EXPECT_GT(all, 1000);
}

TEST(Rebuild, AStateIsBuiltAndSeen) {
  const auto built = rebuild(page_of(2));
  ASSERT_EQ(built.why_not, "");
  EXPECT_EQ(built.reference->bytes(0, 0)[0], 7);
  EXPECT_EQ(built.reference->bytes(1, 0)[1], 1);
  EXPECT_EQ(built.machine->references(built.frames[0]), 2U);
  EXPECT_EQ(built.unused_process, 2U);
}

/// Canaries: what cannot be is not built, and says why.
TEST(Rebuild, WhatCannotBeSaysWhy) {
  const auto why = [](auto spoil) {
    auto state = page_of(2);
    spoil(state);
    return rebuild(state).why_not;
  };
  EXPECT_EQ(why([](auto& s) { s.frames[0].count = 3; }),
            "not all holders of frame 1 are in the picture");
  EXPECT_EQ(why([](auto& s) { s.frames[0].others = 1; }), "a page of another size covers frame 1");
  EXPECT_EQ(why([](auto& s) { s.frames[0].in_hand = 1; }), "a CPU has frame 1 in hand");
  EXPECT_EQ(why([](auto& s) { s.slots[0].area.shared = true; }), "an object is not in the picture");
  EXPECT_TRUE(why([](auto& s) { s.slots[0].entry.writes = true; }).starts_with("the audit finds"));
  EXPECT_TRUE(why([](auto& s) { s.slots[0].entry.alone = true; }).starts_with("the audit finds"));
}

}  // namespace
}  // namespace cow::props::proved
