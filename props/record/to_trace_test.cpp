#include "props/record/to_trace.h"

#include <gtest/gtest.h>

#include "props/record/layout.h"
#include "props/record/memory.h"

namespace cow::props::record {
namespace {

using model::Access;
using model::Kind;

Event event(Kind kind, std::uint32_t process, Pages pages = {}) {
  Event made;
  made.kind = kind;
  made.process = process;
  made.pages = pages;
  made.access = Access::write;
  made.length = 1;
  return made;
}

Event fork(std::uint32_t parent, std::uint32_t child) {
  Event made = event(Kind::fork, parent);
  made.child = child;
  return made;
}

Converted convert(std::vector<Event> events, Bounds bounds = {model::Geometry::tiny}) {
  return to_trace({std::move(events), {}}, bounds);
}

TEST(ToTrace, KeepsTheOrderOfPagesAndLeavesOutTheUnwritten) {
  const auto [trace, losses] =
      convert({event(Kind::map, 0, {100, 900}), event(Kind::write, 0, {500, 501}),
               event(Kind::write, 0, {200, 201}), event(Kind::unmap, 0, {300, 900})});
  ASSERT_EQ(trace.ops.size(), 4U);
  EXPECT_EQ(trace.ops[0].count, 2U);
  EXPECT_EQ(trace.ops[1].page, 1U);
  EXPECT_EQ(trace.ops[2].page, 0U);
  EXPECT_EQ(trace.ops[3].page, 1U);
  EXPECT_EQ(trace.ops[3].count, 1U);
  EXPECT_FALSE(losses.any());
}

TEST(ToTrace, KeepsTheMostOftenWrittenPagesAndCountsTheOthers) {
  std::vector<Event> events = {event(Kind::map, 0, {0, 100})};
  for (std::uint64_t page = 0; page < 100; ++page)
    events.push_back(event(Kind::write, 0, {page, page + 1}));
  events.push_back(event(Kind::write, 0, {99, 100}));
  const auto [trace, losses] = convert(events, {model::Geometry::tiny, 8});
  EXPECT_EQ(losses.pages, 92U);
  EXPECT_EQ(trace.world.pages, 8U);
  EXPECT_EQ(trace.ops.size(), 1U + 8 + 1);
  EXPECT_EQ(trace.ops.back().page, 7U);
}

TEST(ToTrace, NamesAreUsedAgainAndTheSeventeenthProcessIsLeftOut) {
  std::vector<Event> events;
  for (std::uint32_t child = 1; child <= 16; ++child) events.push_back(fork(0, child));
  events.push_back(event(Kind::exit, 16));
  events.push_back(event(Kind::exit, 3));
  events.push_back(fork(0, 17));
  const auto [trace, losses] = convert(events);
  EXPECT_EQ(losses.processes, 1U);
  EXPECT_EQ(losses.refused, 0U);
  ASSERT_EQ(trace.ops.size(), 15U + 1 + 1);
  EXPECT_EQ(trace.ops.back().child, 3);
}

TEST(ToTrace, WhatTheReferenceRefusesIsCounted) {
  const auto [trace, losses] = convert({event(Kind::write, 0, {5, 6})});
  EXPECT_EQ(losses.refused, 1U);
  EXPECT_TRUE(trace.ops.empty());
}

TEST(ToTrace, WhatFindsNoRoomIsCounted) {
  const auto [trace, losses] = convert(
      {event(Kind::map, 0, {5, 6}), event(Kind::write, 0, {5, 6}), event(Kind::write, 0, {5, 6})},
      {model::Geometry::tiny, 0, 2});
  EXPECT_EQ(trace.ops.size(), 2U);
  EXPECT_EQ(losses.operations, 1U);
}

TEST(ToTrace, AMoveFromOrToAPageThatTheWorldHasNot) {
  Event there = event(Kind::remap, 0, {10, 11}), back = event(Kind::remap, 0, {20, 21});
  there.to = 20;
  back.to = 10;
  const auto [trace, losses] =
      convert({event(Kind::map, 0, {10, 11}), event(Kind::write, 0, {10, 11}), there, back,
               event(Kind::write, 0, {10, 11})});
  EXPECT_FALSE(losses.any());
  ASSERT_EQ(trace.ops.size(), 5U);
  EXPECT_EQ(trace.ops[2].kind, Kind::unmap);
  EXPECT_EQ(trace.ops[3].kind, Kind::map);
}

TEST(ToTrace, BytesKeepTheirPlaceInATinyPage) {
  Event write = event(Kind::write, 0, {5, 6});
  write.offset = 2048;
  write.length = 2048;
  const auto [trace, losses] = convert({event(Kind::map, 0, {5, 6}), write});
  EXPECT_EQ(trace.ops[1].offset, 8U);
  EXPECT_EQ(trace.ops[1].length, 8U);
}

TEST(Compare, FindsTheFirstAndTheLastByte) {
  Bytes was{}, now{};
  EXPECT_EQ(compare(7, was, now).length, 0U);
  now[3] = now[9] = 1;
  const auto change = compare(7, was, now);
  EXPECT_EQ(change.page, 7U);
  EXPECT_EQ(change.offset, 3U);
  EXPECT_EQ(change.length, 7U);
}

}  // namespace
}  // namespace cow::props::record
