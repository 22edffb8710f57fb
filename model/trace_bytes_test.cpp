#include "model/trace_bytes.h"

#include <algorithm>
#include <gtest/gtest.h>
#include <set>

#include "model/reference.h"
#include "model/test_traces.h"
#include "model/trace_text.h"

namespace cow::model {
namespace {

using Bytes = std::vector<std::uint8_t>;

Bytes random_bytes(TestRandom& random, std::size_t size) {
  Bytes bytes(size);
  std::ranges::generate(bytes, [&] { return random.byte_below(256); });
  return bytes;
}

class TraceBytes : public testing::TestWithParam<Geometry> {};

INSTANTIATE_TEST_SUITE_P(Geometries, TraceBytes, testing::Values(Geometry::tiny, Geometry::x86_64),
                         [](const auto& geometry) {
                           return geometry.param == Geometry::tiny ? "tiny" : "x86_64";
                         });

TEST_P(TraceBytes, EveryByteStringIsAValidTrace) {
  TestRandom random(1);
  for (std::uint32_t i = 0; i < 3000; ++i) {
    const Bytes bytes = random_bytes(random, random.below(400));
    TraceText text{decode(bytes, GetParam()), "", ""};
    EXPECT_EQ(text.trace.world.geometry, GetParam());
    const std::size_t body = bytes.size() - std::min(bytes.size(), bytes_per_world);
    ASSERT_EQ(text.trace.ops.size(), body / bytes_per_op);
    if (text.trace.ops.empty()) continue;
    // The text parser checks the world and each field, and normal form is what it reads.
    ASSERT_EQ(parse(print(text)), text);
  }
}

TEST_P(TraceBytes, EncodeIsTheInverse) {
  TestRandom random(2);
  for (std::uint32_t i = 0; i < 3000; ++i) {
    const Trace trace = decode(random_bytes(random, random.below(400)), GetParam());
    const Bytes bytes = encode(trace);
    ASSERT_EQ(bytes.size(), bytes_per_world + trace.ops.size() * bytes_per_op);
    ASSERT_EQ(decode(bytes, GetParam()), trace);
  }
}

TEST_P(TraceBytes, ZeroesAndNothingAreTheDefaultFrames) {
  const Trace empty = decode({}, GetParam());
  EXPECT_TRUE(empty.ops.empty());
  EXPECT_EQ(empty, decode(Bytes(bytes_per_world + bytes_per_op - 1, 0), GetParam()));
  EXPECT_EQ(empty.world.frames, default_world(GetParam()).frames);
  EXPECT_EQ(empty.world.huge_cow, HugeCow::split);
}

TEST_P(TraceBytes, EncodeTakesTheNearest) {
  TestRandom random(3);
  for (std::uint32_t i = 0; i < 1000; ++i) {
    const Trace trace = random_trace(random, 20);
    const Trace near = decode(encode(trace), trace.world.geometry);
    ASSERT_EQ(near.ops.size(), trace.ops.size());
    EXPECT_EQ(near.world.huge_cow, trace.world.huge_cow);
    EXPECT_EQ(near.world.cpus, std::clamp(trace.world.cpus, 1U, 4U));
    EXPECT_EQ(near.world.procs, std::clamp(trace.world.procs, 2U, 6U));
    for (std::size_t k = 0; k < trace.ops.size(); ++k) {
      const Op& op = trace.ops[k];
      ASSERT_EQ(near.ops[k].kind, op.kind);
      ASSERT_EQ(near.ops[k].proc, std::min<std::uint32_t>(op.proc, near.world.procs - 1));
      ASSERT_EQ(near.ops[k].oom, std::min<std::uint32_t>(op.oom, 48));
      const auto page = std::min(op.page, near.world.pages - 1);
      const auto whole = near.ops[k].hugetlb ? huge_pages(near.world.geometry) : 1;
      ASSERT_EQ(near.ops[k].page, page - page % whole);
      ASSERT_EQ(near.ops[k].access, op.access);
    }
  }
}

TEST(TraceBytesNearest, Frames) {
  for (const auto& [asked, given] : {std::pair{8U, 12U},
                                     {13U, 12U},
                                     {15U, 16U},
                                     {60U, 64U},
                                     {100U, 96U},
                                     {127U, 128U},
                                     {65536U, 128U}}) {
    World world;
    world.frames = asked;
    EXPECT_EQ(decode(encode({world, {}})).world.frames, given);
  }
}

TEST(TraceBytesNearest, AnEmptyRangeBecomesTheSmallest) {
  const Trace trace{World{}, {{.kind = Kind::unmap}, {.kind = Kind::read}}};
  const Trace near = decode(encode(trace));
  EXPECT_EQ(near.ops[0].count, 1U);
  EXPECT_EQ(near.ops[1].length, 1U);
}

TEST(TraceBytesDraw, ReachesEveryValue) {
  TestRandom random(4);
  std::set<std::uint32_t> frames, procs, cpus, kinds, counts, lengths, ooms, accesses;
  for (int i = 0; i < 2000; ++i) {
    const Trace trace = decode(random_bytes(random, bytes_per_world + 10 * bytes_per_op));
    frames.insert(trace.world.frames);
    procs.insert(trace.world.procs);
    cpus.insert(trace.world.cpus);
    for (const Op& op : trace.ops) {
      kinds.insert(static_cast<std::uint32_t>(op.kind));
      ooms.insert(op.oom);
      if (takes_pages(op.kind)) counts.insert(op.count);
      if (is_access(op.kind)) lengths.insert(op.length);
      if (op.kind == Kind::map) accesses.insert(static_cast<std::uint32_t>(op.access));
    }
  }
  EXPECT_EQ(frames, (std::set<std::uint32_t>{12, 16, 24, 32, 48, 64, 96, 128}));
  EXPECT_EQ(procs, (std::set<std::uint32_t>{2, 3, 4, 5, 6}));
  EXPECT_EQ(cpus, (std::set<std::uint32_t>{1, 2, 3, 4}));
  EXPECT_EQ(kinds.size(), kind_count);
  EXPECT_EQ(counts.size(), 16U);
  EXPECT_EQ(lengths.size(), 48U);
  EXPECT_EQ(ooms.size(), 49U);
  EXPECT_EQ(accesses.size(), access_count);
}

TEST(TraceBytesDraw, MakesSenseOftenEnough) {
  TestRandom random(5);
  int ops = 0, ok = 0, bad_range = 0, oom = 0;
  for (int i = 0; i < 500; ++i) {
    const Trace trace = decode(random_bytes(random, bytes_per_world + 40 * bytes_per_op));
    Reference reference(trace.world);
    for (const Op& op : trace.ops) {
      const Status status = reference.perform(op).status;
      ops += status != Status::no_process;
      ok += status == Status::ok;
      bad_range += status == Status::bad_range;
      oom += op.oom != 0;
    }
  }
  EXPECT_GT(ok * 100 / ops, 25);  // device operations make sense only behind a pin
  EXPECT_LT(bad_range * 100 / ops, 20);
  EXPECT_NEAR(oom, 500.0 * 40 * 48 / 256, 300);
}

}  // namespace
}  // namespace cow::model
