#pragma once

#include <memory>
#include <span>
#include <string_view>

#include "props/race/kernel_program.h"

namespace cow::props {

/// A known bug that only interleaving shows. Its smallest failing schedule stands in
/// props/race/schedules/NAME.race.
struct RaceExhibit {
  std::string_view name;    ///< the catalogue row, and which of its forms
  std::string_view bug;     ///< the mutant in one line
  std::string_view found;   ///< where it was found in real life
  std::string_view breaks;  ///< the law, or "deadlock" and its like
  std::unique_ptr<race::KernelProgram> (*open)(const race::Case& what);
};

std::span<const RaceExhibit> race_exhibits();

/// Null when there is no such exhibit.
const RaceExhibit* find_race_exhibit(std::string_view name);

}  // namespace cow::props
