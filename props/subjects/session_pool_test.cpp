#include "props/subjects/session_pool.h"

#include <gtest/gtest.h>

namespace cow::props {
namespace {

model::World world_of(model::Geometry geometry, std::uint32_t frames) {
  auto world = model::default_world(geometry);
  world.frames = frames;
  return world;
}

void fork_once(Session& session) {
  model::Op op;
  op.kind = model::Kind::fork;
  op.child = 1;
  session.reset();
  EXPECT_TRUE(session.step(op));
}

TEST(SessionPool, OpensAWorldOnce) {
  SessionPool pool("embedded");
  const auto a = world_of(model::Geometry::tiny, 96), b = world_of(model::Geometry::tiny, 64);
  const Session* const first = &pool.open(a);
  EXPECT_NE(&pool.open(b), first);
  EXPECT_EQ(&pool.open(a), first);
  EXPECT_EQ(pool.size(), 2U);
}

TEST(SessionPool, KeepsAFewLargeWorldsAndTheCensusOfAll) {
  SessionPool pool("embedded");
  for (std::uint32_t i = 0; i < 20; ++i) {
    fork_once(pool.open(world_of(model::Geometry::x86_64, 1000 + i)));
  }
  EXPECT_GE(pool.size(), 2U);
  EXPECT_LT(pool.size(), 12U);
  EXPECT_EQ(pool.census().succeeded(model::Kind::fork), 20U);
}

}  // namespace
}  // namespace cow::props
