#pragma once

#include <span>
#include <string_view>

namespace cow::props::race {

/// A file of props/race/schedules, compiled in.
struct NamedSchedule {
  std::string_view name;  ///< without ".race"
  std::string_view text;
};

std::span<const NamedSchedule> schedule_library();

/// Empty when there is no such schedule.
std::string_view find_schedule(std::string_view name);

}  // namespace cow::props::race
