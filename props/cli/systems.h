#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "props/cli/stages.h"

namespace cow::props::cli {

/// A system under test, as a row of the table in README.md.
struct SystemRow {
  std::string name;     ///< what the row is called
  std::string subject;  ///< who is checked
  model::Geometry geometry = model::Geometry::tiny;
  std::string traces;  ///< "": random ones; else those of the library below this name, in order
  std::string known;   ///< what is known to be wrong with it, for the last column
};

/// How a row went.
struct SystemResult {
  std::uint64_t operations = 0;
  Verdict verdict = Verdict::unknown;
  bool skipped = false;  ///< it cannot be checked here
  std::string findings;  ///< the law that broke, or why there is no pass
};

/// Every system that this project checks, its own first.
std::vector<SystemRow> system_rows();

/// Checks one for as long as that; up to twenty times as long while it would be vacuous. A failure
/// is shrunk, so that its length is the story's.
SystemResult check_system(const SystemRow& row, std::uint64_t seed,
                          std::chrono::milliseconds limit);

/// The row as a line of Markdown, and the two lines above the first.
std::string markdown(const SystemRow& row, const SystemResult& result);
std::string markdown_head();

}  // namespace cow::props::cli
