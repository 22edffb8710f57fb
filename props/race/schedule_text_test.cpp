#include "props/race/schedule_text.h"

#include <gtest/gtest.h>

#include "model/trace_text.h"
#include "props/race/library.h"

namespace cow::props::race {
namespace {

const std::string small =
    "# two writers\n"
    "world tiny procs=4 cpus=2 pages=8 frames=64 huge=split\n"
    "P0 map p0 1 private write\n"
    "A P0 write p0 1 0x21\n"
    "A P0 read p0 1\n"
    "B P0@1 write p0 1 0x31 oom@1\n"
    "schedule A12 B3 A1\n"
    "! isolation\n";

TEST(ScheduleText, ReadsWhatItPrints) {
  const auto race = parse_race(small);
  EXPECT_EQ(print(race), small);
  EXPECT_EQ(race.what.before.size(), 1U);
  ASSERT_EQ(race.what.tasks.size(), 2U);
  EXPECT_EQ(race.what.tasks[0].size(), 2U);
  EXPECT_EQ(race.what.tasks[1][0].oom, 1);
  EXPECT_EQ(race.schedule.size(), 16U);
  EXPECT_EQ(race.verdict, "isolation");
}

TEST(ScheduleText, EveryStoredScheduleRoundTrips) {
  ASSERT_FALSE(schedule_library().empty());
  for (const auto& [name, text] : schedule_library()) {
    EXPECT_EQ(print(parse_race(text)), text) << name;
  }
}

TEST(ScheduleText, NeedsNothingButTwoTasks) {
  const auto race = parse_race("A P0 exit\nB P0 exit # at once\n");
  EXPECT_EQ(race.what.world, model::default_world(model::Geometry::tiny));
  EXPECT_TRUE(race.schedule.empty());
}

void expect_error(const std::string& text, std::size_t line, const std::string& words) {
  try {
    parse_race(text);
    ADD_FAILURE() << "accepted: " << text;
  } catch (const model::TraceError& error) {
    EXPECT_EQ(error.line, line) << error.what();
    EXPECT_NE(std::string(error.what()).find(words), std::string::npos) << error.what();
  }
}

TEST(ScheduleText, SaysWhereItIsWrong) {
  expect_error("", 0, "no operation");
  expect_error("A P0 exit\n", 0, "two tasks");
  expect_error("A P0 exit\nC P0 exit\n", 0, "task B");
  expect_error("A P0 exit\nB P0 jump\n", 2, "unknown operation");
  expect_error("A P0 exit\nB exit\n", 2, "unknown word");
  expect_error("A P0 exit\nE P0 exit\n", 2, "unknown word");
  expect_error("A P0 exit\nP0 exit\nB P0 exit\n", 2, "before the race");
  expect_error("A P0 exit\nB P0 exit\nschedule A0\n", 3, "steps");
  expect_error("A P0 exit\nB P0 exit\nschedule C1\n", 3, "no task");
  expect_error("A P0 exit\nB P0 exit\nschedule A99999 B99999\n", 3, "100000 steps");
  expect_error("A P0 exit\nB P0 exit\nschedule A99999999999\n", 3, "steps");
  expect_error("A P0 exit\nB P0 exit\nschedule A1\nschedule A1\n", 4, "second schedule");
  expect_error("A P0 exit\nB P0 write p0+15 2 1\n", 2, "one page");
  expect_error("world x86-64\nA P0 exit\nB P0 exit\n", 0, "tiny");
  expect_error("A P0 exit\n\nB P9 exit\n", 3, "P9");
}

}  // namespace
}  // namespace cow::props::race
