#pragma once

#include <string>

/// What the museum says about its exhibits without judging an engine.
namespace cow::props::cli {

/// A line for each exhibit, and for each row of the catalogue that has none.
void list_museum();

/// One exhibit: what went wrong, the law that it breaks, its trace or schedule, and how that goes.
/// False where it does not go as it must. REQUIRES: there is an exhibit of that name.
bool show_exhibit(const std::string& name);

}  // namespace cow::props::cli
