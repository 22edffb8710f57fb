#pragma once

#include <chrono>

#include "props/museum/race_exhibits.h"

namespace cow::props {

/// How the race engine fared against one exhibit.
struct RaceKill {
  bool caught = false;
  bool expected = false;  ///< and under the word that the exhibit is expected to break
  std::string_view broke;
  std::size_t operations = 0;  ///< of its case
  unsigned preemptions = 0;    ///< of the schedule that was found
  std::uint64_t schedules = 0;
  double seconds = 0;
};

/// All schedules of the exhibit's case with up to three preemptions, fewest first, until one fails
/// as the stored one does, or time is up.
RaceKill kill_by_race(const RaceExhibit& exhibit, std::chrono::milliseconds limit);

}  // namespace cow::props
