#pragma once

#include <string>
#include <string_view>

#include "props/race/case.h"
#include "props/race/explore.h"

namespace cow::props::race {

/// A race as a text file: a trace (model/trace_text.h) whose operations happen one after another,
/// then those that happen at the same time, each behind the letter of its task, then the schedule:
///
///   world tiny procs=4 cpus=2 pages=8 frames=64
///   P0 map p0 1 private write
///   A P0 write p0 1 0x21
///   B P0 fork P1
///   schedule A12 B30 A4        task A takes 12 steps, then B 30, ... (optional)
///   ! isolation                the law that breaks, "deadlock" and its like, or "pass" (optional)
///
/// A task has one operation or more, in the order of its lines. An access stays within one page.
struct RaceText {
  Case what;
  Schedule schedule;
  std::string verdict;
  std::string heading;  ///< the comment lines at the beginning

  bool operator==(const RaceText&) const = default;
};

/// "A12 B30 A4"
std::string print_schedule(std::span<const std::uint8_t> schedule);

std::string print(const RaceText& race);

/// Throws model::TraceError with the line of what is wrong.
RaceText parse_race(std::string_view text);

}  // namespace cow::props::race
