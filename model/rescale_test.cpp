#include "model/rescale.h"

#include <gtest/gtest.h>

#include "model/test_traces.h"
#include "model/trace_text.h"

namespace cow::model {
namespace {

/// One line of the default tiny world, as a line of the x86-64 one.
std::string up(const std::string& line) {
  return print(rescale(parse(line).trace, Geometry::x86_64).ops.at(0));
}

std::string down(const std::string& line) {
  return print(rescale(parse("world x86-64\n" + line).trace, Geometry::tiny).ops.at(0));
}

TEST(Rescale, DefaultWorldsBecomeEachOther) {
  const World tiny = default_world(Geometry::tiny);
  const World large = default_world(Geometry::x86_64);
  EXPECT_EQ(rescale({tiny, {}}, Geometry::x86_64).world, large);
  EXPECT_EQ(rescale({large, {}}, Geometry::tiny).world, tiny);
}

TEST(Rescale, PagesKeepTheirDistanceFromTheEndsOfTheirHugePage) {
  EXPECT_EQ(up("P0 unmap p0 1"), "P0 unmap p0 1");
  EXPECT_EQ(up("P0 unmap p1 1"), "P0 unmap p1 1");
  EXPECT_EQ(up("P0 unmap p2 1"), "P0 unmap p510 1");
  EXPECT_EQ(up("P0 unmap p3 1"), "P0 unmap p511 1");
  EXPECT_EQ(up("P0 unmap p5 1"), "P0 unmap p513 1");
  EXPECT_EQ(up("P0 map p4 8 private write huge"), "P0 map p512 1024 private write huge");
  EXPECT_EQ(up("P0 protect p3 2 none"), "P0 protect p511 2 none");  // still crosses the border
}

TEST(Rescale, BytesKeepTheirDistanceFromTheEndsOfTheirPage) {
  EXPECT_EQ(up("P0 read p0+7 1"), "P0 read p0+7 1");
  EXPECT_EQ(up("P0 read p0+8 1"), "P0 read p0+4088 1");
  EXPECT_EQ(up("P0 read p0 16"), "P0 read p0 4096");
  EXPECT_EQ(up("P0@1 write p3+15 2 0x07 oom@3"), "P0@1 write p511+4095 2 0x07 oom@3");
}

TEST(Rescale, EmptyRangesStayEmptyAndOutsideStaysOutside) {
  EXPECT_EQ(up("P0 unmap p3 0"), "P0 unmap p511 0");
  EXPECT_EQ(up("P0 read p3 0"), "P0 read p511 0");
  EXPECT_EQ(up("P0 unmap p15 2"), "P0 unmap p2047 2");
  EXPECT_EQ(up("P0 unmap p0 4294967295"), "P0 unmap p0 4294967295");
  EXPECT_EQ(up("P0 read p15+15 4294967295"), "P0 read p2047+4095 4294967295");
  EXPECT_EQ(down("P0 unmap p2047 4294967295"), "P0 unmap p15 4294967295");
}

TEST(Rescale, DownClamps) {
  EXPECT_EQ(down("P0 unmap p200 1"), "P0 unmap p1 1");
  EXPECT_EQ(down("P0 unmap p300 1"), "P0 unmap p2 1");
  EXPECT_EQ(down("P0 unmap p100 400"), "P0 unmap p1 2");
  EXPECT_EQ(down("P0 read p0+100 4000"), "P0 read p0+7 13");
  EXPECT_EQ(down("P0 read p100+4095 2"), "P0 read p1+15 1");  // pages 100 and 101 are one now
}

TEST(Rescale, OtherKindsAndTheSameGeometryStay) {
  for (const std::string line : {"P0 fork P1 oom@2", "P0 exec", "P0 exit"})
    EXPECT_EQ(up(line), line);
  TestRandom random(1);
  for (int i = 0; i < 100; ++i) {
    const Trace trace = random_trace(random, 10);
    EXPECT_EQ(rescale(trace, trace.world.geometry), trace);
  }
}

bool inside(const Op& op, const World& world) {
  const std::uint64_t size = page_bytes(world.geometry);
  if (takes_pages(op.kind)) return std::uint64_t{op.page} + op.count <= world.pages;
  if (shape(op.kind).range == Range::buffer) return std::uint64_t{op.offset} + op.length <= size;
  return !is_access(op.kind) || op.page * size + op.offset + op.length <= world.pages * size;
}

TEST(Rescale, KeepsTracesValidAndRangesInsideOrOutside) {
  TestRandom random(2);
  for (int i = 0; i < 2000; ++i) {
    const Trace trace = random_trace(random, 20);
    const Geometry to = trace.world.geometry == Geometry::tiny ? Geometry::x86_64 : Geometry::tiny;
    const TraceText moved{rescale(trace, to), "", ""};
    ASSERT_EQ(parse(print(moved)), moved);  // the parser checks the world and every field
    ASSERT_EQ(moved.trace.ops.size(), trace.ops.size());
    for (std::size_t k = 0; k < trace.ops.size(); ++k) {
      ASSERT_EQ(inside(moved.trace.ops[k], moved.trace.world), inside(trace.ops[k], trace.world))
          << print(trace.ops[k]) << " became " << print(moved.trace.ops[k]);
    }
  }
}

TEST(Rescale, UpAndDownIsWhereItStarted) {
  TestRandom random(3);
  for (int i = 0; i < 2000; ++i) {
    Trace trace{default_world(Geometry::tiny), {}};
    trace.world.frames = 8 + random.below(700);
    for (int k = 0; k < 20; ++k) trace.ops.push_back(random_op(random, trace.world));
    std::erase_if(trace.ops, [&](const Op& op) { return !inside(op, trace.world); });
    ASSERT_EQ(rescale(rescale(trace, Geometry::x86_64), Geometry::tiny), trace);
  }
}

}  // namespace
}  // namespace cow::model
