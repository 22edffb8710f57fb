#include "props/museum/race_kill.h"

#include "props/race/find.h"
#include "props/race/library.h"
#include "props/race/schedule_text.h"

namespace cow::props {

RaceKill kill_by_race(const RaceExhibit& exhibit, std::chrono::milliseconds limit) {
  const auto start = std::chrono::steady_clock::now();
  RaceKill kill;
  const auto text = race::find_schedule(exhibit.name);
  if (text.empty()) return kill;
  const auto [what, schedule, verdict, heading] = race::parse_race(text);
  const auto program = exhibit.open(what);
  kill.operations = what.before.size();
  for (const auto& ops : what.tasks) kill.operations += ops.size();
  race::Limits limits;
  limits.time = limit / 4;
  race::Scheduler scheduler(*program);
  limits.only = race::replay(scheduler, schedule).failure;
  for (unsigned preemptions = 0; preemptions <= 3 && !kill.caught; ++preemptions) {
    const auto report = race::explore_bounded(*program, preemptions, limits);
    kill.schedules += report.executions;
    kill.caught = report.outcome == race::Outcome::fail;
    kill.preemptions = preemptions;
    if (kill.caught) kill.broke = race::verdict_of(report.failure);
  }
  kill.expected = kill.broke == exhibit.breaks;
  kill.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  return kill;
}

}  // namespace cow::props
