#include "proofs/picture.h"

#include <gtest/gtest.h>

#include "impl/kernel/where_broken.h"

namespace cow::proofs {
namespace {

/// A parent and its child share frame 0; the child's page 1 is in swap.
kernel::PlainState forked() {
  kernel::PlainState s;
  s.slots.resize(4);
  s.frames.resize(2);
  s.swaps.resize(1);
  s.cached_by.resize(4);
  s.cpus = 1;
  s.ledger = {{0, 0}, {{}, {}}, {-1, -1, -1, -1}};
  s.swap_ledger = {{0}, {{}}, {-1, -1, -1, -1}};
  for (const int slot : {0, 1, 2, 3}) {
    auto& cell = s.slots[static_cast<std::size_t>(slot)];
    cell.process = slot % 2;
    cell.area = {false, false, true, true};
    if (slot < 2) {
      cell.entry.is_present = cell.entry.reads = true;
      cell.entry.names = 0;
      s.ledger.add(0, slot);
    }
  }
  s.slots[3].entry.is_swapped = true;
  s.slots[3].entry.in = 0;
  s.swap_ledger.add(0, 3);
  s.cached_by[0] = {true, false, 0};
  s.frames[0].count = 2;
  s.frames[0].is_free = false;
  s.frames[0].bytes = {7, 0};
  s.swaps[0] = {1, false, -1, {1, 2}};
  return s;
}

TEST(Picture, ShowsProcessesFramesCountsAndTlbs) {
  EXPECT_EQ(picture(forked(), {"place", "", "", ""}),
            "    P0\n"
            "      p0  r-- frame 1            in an area private rw; TLB: r- frame 1  <- place\n"
            "    P1\n"
            "      p0  r-- frame 1            in an area private rw\n"
            "      p1  --- page 1 of swap     in an area private rw\n"
            "    frames\n"
            "      1   count 2: 2 entries here, 0 of another size, 0 pins; bytes 7 0\n"
            "      all others are free\n"
            "    swap\n"
            "      1   named 1 times; bytes 1 2\n");
}

/// The predicates that are proved are looked at in such a state, without a solver.
TEST(Picture, ItsStateIsLawfulUntilACountIsWrong) {
  auto state = forked();
  const auto broken = [&] {
    std::string all;
    for (const auto& invariant : kernel::all_invariants<kernel::PlainState>()) {
      all += kernel::where_broken(invariant, state);
    }
    return all;
  };
  EXPECT_EQ(broken(), "");
  state.frames[0].count = 3;
  EXPECT_EQ(broken(), "a count is the number of holders (frame 0)");
}

}  // namespace
}  // namespace cow::proofs
