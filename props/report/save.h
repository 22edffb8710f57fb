#pragma once

#include <string>

namespace cow::props {

/// Writes a file that was not there before, "cowcheck-1.trace" or the next number that is free,
/// into the current directory. Its name; empty when nothing can be written here.
std::string save_as_new(const std::string& text, const std::string& extension);

}  // namespace cow::props
