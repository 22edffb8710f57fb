#include "props/lockstep/session.h"

#include <gtest/gtest.h>

#include "model/trace_text.h"
#include "props/lockstep/canaries.h"

namespace cow::props {
namespace {

using namespace canary;

TEST(Census, CountsAnswersByKindAndStatus) {
  const auto trace = model::parse(
                         "P0 fork P1\nP0 fork P1\nP0 fork P2\nP3 fork P2\nP0 read p0 1\n"
                         "P0 map p0 1 private write\n")
                         .trace;
  Lockstep<Correct> session(trace.world, trace.world);
  ASSERT_FALSE(check_trace(session, trace));
  const Census census = session.census();
  EXPECT_EQ(census.succeeded(Kind::fork), 2U);
  EXPECT_EQ(census.refused(Kind::fork), 2U);
  EXPECT_EQ(census.succeeded(Kind::read), 0U);
  EXPECT_EQ(census.refused(Kind::read), 1U);
  EXPECT_EQ(census.succeeded(Kind::map), 1U);
  EXPECT_EQ(census.refused(Kind::map), 0U);
  EXPECT_EQ(census.succeeded(Kind::exit), 3U) << "the ending";
  EXPECT_EQ(census.counts[static_cast<int>(Kind::fork)][static_cast<int>(Status::busy)], 1U);
  EXPECT_EQ(census.total(), 9U);
}

TEST(Census, AddsUp) {
  Census a, b;
  a.counts[0][0] = 2;
  b.counts[0][0] = 3;
  b.counts[7][7] = 4;
  b.events[1] = 5;
  a.events[1] = 6;
  a.add(b);
  EXPECT_EQ(a.counts[0][0], 5U);
  EXPECT_EQ(a.counts[7][7], 4U);
  EXPECT_EQ(a.events[1], 11U);
  EXPECT_EQ(a.total(), 9U);
}

TEST(Session, StartsAgainAfterAFailureAndKeepsItsCensus) {
  const auto bad = model::parse("P0 fork P1\nP0 fork P1\n").trace;
  const auto good = model::parse("P0 map p0 1 private write\nP0 write p0 1 0x01\n").trace;
  Lockstep<ForksTheBusy> session(bad.world, bad.world);
  EXPECT_TRUE(check_trace(session, bad));
  EXPECT_FALSE(check_trace(session, good));
  EXPECT_TRUE(check_trace(session, bad));
  EXPECT_EQ(session.census().total(), 2U + 3 + 2);
}

TEST(Session, EndsATraceWithTheExitsThatItLacks) {
  auto trace = model::parse("P0 fork P1\nP0 fork P2\nP1 exit\n").trace;
  const auto ops = trace.ops.size();
  Lockstep<Correct> session(trace.world, trace.world);
  EXPECT_FALSE(check_trace(session, trace));
  EXPECT_EQ(trace.ops.size(), ops) << "a check leaves the caller's trace alone";
  EXPECT_FALSE(run_trace(session, trace));
  ASSERT_EQ(trace.ops.size(), ops + 2);
  EXPECT_EQ(model::print(trace.ops[ops]), "P0 exit");
  EXPECT_EQ(model::print(trace.ops[ops + 1]), "P2 exit");
  EXPECT_EQ(session.reference().living(), 0U);
}

TEST(Failure, IsTheSameBugByLawMannerAndKind) {
  Failure a;
  a.law = Law::isolation;
  a.op.kind = Kind::write;
  Failure b = a;
  b.index = 9;
  b.op.page = 3;
  EXPECT_TRUE(same_bug(a, b));
  b.op.kind = Kind::read;
  EXPECT_FALSE(same_bug(a, b));
  b = a;
  b.law = Law::frugal;
  EXPECT_FALSE(same_bug(a, b));
  b = a;
  b.manner = Manner::crash;
  EXPECT_FALSE(same_bug(a, b));
}

}  // namespace
}  // namespace cow::props
