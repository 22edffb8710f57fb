#include <gtest/gtest.h>
#include <set>

#include "props/draw/draw.h"

namespace cow::props {
namespace {

TEST(DrawWorld, VariesWhatItMayAndCanBeBuilt) {
  for (const auto geometry : {model::Geometry::tiny, model::Geometry::x86_64}) {
    const auto base = model::default_world(geometry);
    std::set<model::HugeCow> policies;
    std::set<std::uint32_t> frames, procs, pages, asids, nodes, zswap;
    std::set<model::Flush> flushes;
    for (std::uint64_t seed = 0; seed < 300; ++seed) {
      const auto world = draw_world(base, seed);
      EXPECT_EQ(model::complaint(world), "") << "seed " << seed;
      EXPECT_EQ(world.geometry, geometry);
      EXPECT_EQ(world, draw_world(base, seed));
      EXPECT_LE(world.frames, 32 * base.frames);
      policies.insert(world.huge_cow);
      frames.insert(world.frames);
      procs.insert(world.procs);
      pages.insert(world.pages);
      asids.insert(world.asids);
      nodes.insert(world.nodes);
      zswap.insert(world.zswap);
      flushes.insert(world.flush);
    }
    EXPECT_EQ(policies.size(), 2U);
    EXPECT_EQ(flushes.size(), 2U);
    EXPECT_EQ(asids, (std::set<std::uint32_t>{0, 1, 2, 3}));
    EXPECT_EQ(zswap, (std::set<std::uint32_t>{0, 1, 2, 3}));
    EXPECT_EQ(nodes, (std::set<std::uint32_t>{1, 2, 3, 4}));
    EXPECT_TRUE(frames.contains(base.frames));
    EXPECT_GE(frames.size(), 5U);
    if (geometry == model::Geometry::x86_64) continue;  // whose pages and processes are as given
    EXPECT_TRUE(procs.contains(2) && procs.contains(model::max_procs));
    EXPECT_TRUE(pages.contains(8) && pages.contains(64) && pages.size() >= 6);
  }
}

TEST(DrawWorld, CanBeBuiltFromTheSmallestAndTheLargestMemory) {
  for (const auto geometry : {model::Geometry::tiny, model::Geometry::x86_64}) {
    for (const std::uint32_t frames : {8U, 9U, 10'000U, model::max_frames}) {
      auto base = model::default_world(geometry);
      base.frames = frames;
      for (std::uint64_t seed = 0; seed < 300; ++seed) {
        EXPECT_EQ(model::complaint(draw_world(base, seed)), "") << frames << ", seed " << seed;
      }
    }
  }
}

/// So that whole tables of the second level come and go, be they shared or not.
TEST(DrawWorld, RangesInAWideOneHoldHalfOfIt) {
  model::World wide;
  wide.pages = 64;
  std::set<model::Kind> seen;
  model::Reference reference(wide);
  for (std::uint64_t trace = 0; trace < 300; ++trace) {
    reference.reset();
    Draw draw(wide, trace);
    for (int n = 0; n < 100 && reference.living() > 0; ++n) {
      const auto op = draw.next(reference);
      const bool done = reference.perform(op).status == model::Status::ok;
      if (done && model::takes_pages(op.kind) && op.count >= 32) seen.insert(op.kind);
    }
  }
  for (const auto kind : {model::Kind::map, model::Kind::unmap, model::Kind::protect,
                          model::Kind::dontneed, model::Kind::pageout, model::Kind::clear_refs}) {
    EXPECT_TRUE(seen.contains(kind)) << model::name(kind);
  }
}

}  // namespace
}  // namespace cow::props
