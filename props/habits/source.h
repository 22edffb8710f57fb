#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace cow::props::habits {

/// One source file of the repository. Lines are counted from 1 in every message.
struct Source {
  std::string path;  ///< from the repository's root, with '/'
  std::string text;
};

/// A broken habit: where it is and what to do about it.
struct Finding {
  std::string path;
  int line;
  std::string advice;

  bool operator==(const Finding&) const = default;
};

/// All C and C++ files under `root`, sorted by path; hidden folders and build directories are
/// left out. Throws std::runtime_error for a file that cannot be read.
std::vector<Source> load_sources(const std::string& root);

/// The text with the insides of comments and of string and character literals blanked out; every
/// other character and every line break stays where it is.
std::string blank_literals(std::string_view text);

/// The text cut at its line breaks, which are not part of the lines.
std::vector<std::string> split_lines(std::string_view text);

/// The findings as "path:line: advice", one a line: the message of a failing test.
std::string describe(const std::vector<Finding>& findings);

}  // namespace cow::props::habits
