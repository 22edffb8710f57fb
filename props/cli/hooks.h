#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "impl/kernel/law.h"

namespace cow::props::cli {

/// What the program gets from proofs/, which props may not include: main.cpp fills this in.
struct Hooks {
  struct Proofs {
    bool proved = false;
    std::string amount;  ///< e.g. "112 of 112 obligations"
    std::string note;    ///< what was not proved, empty when all was
  };
  /// Proves all obligations of the shipped kernel.
  std::function<Proofs()> prove;
  /// The laws whose proofs refute this museum exhibit; nothing when it is not over terms.
  std::function<std::optional<std::vector<kernel::Law>>(const std::string& exhibit)> refute;
};

Hooks& hooks();

}  // namespace cow::props::cli
