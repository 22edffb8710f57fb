#include "props/lockstep/lockstep.h"

#include <gtest/gtest.h>

#include "impl/machine/parallel_machine.h"
#include "props/draw/draw.h"
#include "props/subjects/embedded.h"

// One thread on the parallel machine, under all that the lockstep checks: what many threads do on
// it is only worth checking when one does the right thing.

namespace cow::props {
namespace {

using Checked = Lockstep<Embedded<machine::ParallelMachine<machine::Tiny>>>;

TEST(ParallelLockstep, OneThreadKeepsEveryLaw) {
  for (std::uint64_t seed = 1; seed <= 400; ++seed) {
    auto world = draw_world(model::default_world(model::Geometry::tiny), seed);
    world.count_bits = 0;  // the parallel machine refuses narrow counts, which are for one CPU,
    world.nodes = 1;       // and nodes, and compressed swap
    world.zswap = 0;
    Checked lockstep(world, world);
    Draw draw(world, seed);
    model::Trace trace{world, {}};
    for (int i = 0; i < 100 && lockstep.reference().living() > 0; ++i) {
      trace.ops.push_back(draw.next(lockstep.reference()));
      ASSERT_TRUE(lockstep.step(trace.ops.back()))
          << "seed " << seed << ": " << lockstep.failure().findings.front().text;
    }
    const auto failure = run_trace(lockstep, trace);  // the same again, and the exits
    ASSERT_FALSE(failure) << "seed " << seed << ": " << failure->findings.front().text;
  }
}

}  // namespace
}  // namespace cow::props
