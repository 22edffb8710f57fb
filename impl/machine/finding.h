#pragma once

#include <string>

#include "impl/kernel/law.h"

namespace cow::machine {

/// One broken law, in words.
struct Finding {
  kernel::Law law;
  std::string text;
};

}  // namespace cow::machine
