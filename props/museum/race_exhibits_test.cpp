#include <algorithm>
#include <gtest/gtest.h>

#include "props/museum/race_kill.h"
#include "props/race/find.h"
#include "props/race/library.h"
#include "props/race/schedule_text.h"
#include "props/race/story.h"

namespace cow::props {
namespace {

using race::Outcome;

std::string name_of(const testing::TestParamInfo<RaceExhibit>& info) {
  std::string name(info.param.name);
  std::ranges::replace(name, '-', '_');
  return name;
}

class EveryRace : public testing::TestWithParam<RaceExhibit> {
 protected:
  race::RaceText text() const { return race::parse_race(race::find_schedule(GetParam().name)); }
};
INSTANTIATE_TEST_SUITE_P(Museum, EveryRace, testing::ValuesIn(race_exhibits()), name_of);

TEST_P(EveryRace, FailsOnItsSchedule) {
  ASSERT_FALSE(race::find_schedule(GetParam().name).empty()) << "props/race/schedules lacks it";
  EXPECT_EQ(text().verdict, GetParam().breaks);
  const auto program = GetParam().open(text().what);
  race::Scheduler scheduler(*program);
  const auto& run = race::replay(scheduler, text().schedule);
  ASSERT_TRUE(run.failure);
  EXPECT_EQ(race::verdict_of(*run.failure), GetParam().breaks) << run.failure->text;
  EXPECT_LE(race::preemptions(*program, text().schedule), 3U);
}

TEST_P(EveryRace, TellsItsStory) { EXPECT_GT(text().heading.size(), 120U) << text().heading; }

/// All schedules find it, and at most three preemptions do, each within ten seconds.
TEST_P(EveryRace, IsFound) {
  const auto program = GetParam().open(text().what);
  race::Limits limits;
  limits.time = std::chrono::seconds(10);
  EXPECT_EQ(race::explore_all(*program, limits).outcome, Outcome::fail);
  const auto kill = kill_by_race(GetParam(), std::chrono::seconds(10));
  EXPECT_TRUE(kill.expected) << kill.broke;
  EXPECT_LE(kill.preemptions, 3U);
  EXPECT_LT(kill.seconds, 10);
}

/// The regression test of what the kernel did once, and shows that it is the mutant which fails.
TEST_P(EveryRace, TheShippedKernelPassesEveryScheduleOfItsCase) {
  const auto program = race::open_race("embedded", text().what);
  EXPECT_EQ(race::explore_all(*program).outcome, Outcome::pass);
}

TEST_P(EveryRace, CannotDoWithFewerPreemptionsOrOperations) {
  const auto what = text();
  const auto program = GetParam().open(what.what);
  race::Scheduler scheduler(*program);
  race::Report report;
  report.failure = *race::replay(scheduler, what.schedule).failure;
  report.schedule = what.schedule;
  const auto found = race::shrink_case("museum:" + std::string(GetParam().name), what.what, report);
  EXPECT_EQ(found.preemptions, race::preemptions(*program, what.schedule));
  EXPECT_EQ(found.what, what.what);
}

TEST(RaceStory, HasAColumnForEachTaskAndTheAnswer) {
  const auto text = race::parse_race(race::find_schedule("C5-race"));
  const auto program = race::open_race("museum:C5-race", text.what);
  race::Scheduler scheduler(*program);
  const auto failure = *race::replay(scheduler, text.schedule).failure;
  const auto story = race::story(*program, {text.what, text.schedule, failure, 1, true});
  EXPECT_NE(story.find("isolation breaks with 1 preemption\n"), std::string::npos) << story;
  EXPECT_NE(story.find("\n  task A                                  task B\n"), std::string::npos);
  EXPECT_NE(story.find("\n                                          P0@1 write"),
            std::string::npos);
  EXPECT_NE(story.find("no order explains the answers"), std::string::npos);
}

}  // namespace
}  // namespace cow::props
