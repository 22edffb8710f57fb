#include "props/habits/sizes.h"

#include <algorithm>
#include <string>

#include "props/habits/functions.h"

namespace cow::props::habits {

namespace {

/// Characters, not bytes: UTF-8 continuation bytes do not count.
int columns(std::string_view line) {
  const auto starts_character = [](char c) { return (static_cast<unsigned char>(c) >> 6U) != 2U; };
  return static_cast<int>(std::ranges::count_if(line, starts_character));
}

std::string too_many(int count, const std::string& unit, int limit) {
  return std::to_string(count) + " " + unit + ", " + std::to_string(limit) + " are allowed; ";
}

}  // namespace

std::vector<Finding> check_sizes(const Source& source) {
  std::vector<Finding> findings;
  const std::vector<std::string> lines = split_lines(source.text);
  const int count = static_cast<int>(lines.size());
  if (count > max_file_lines) {
    findings.push_back({source.path, max_file_lines + 1,
                        too_many(count, "lines", max_file_lines) + "split the file by subject"});
  }
  for (int line = 1; line <= count; ++line) {
    const int width = columns(lines[static_cast<std::size_t>(line - 1)]);
    if (width <= max_columns) continue;
    findings.push_back(
        {source.path, line, too_many(width, "columns", max_columns) + "break the line"});
  }
  for (const Function& function : find_functions(source.text)) {
    if (function.length() <= max_function_lines) continue;
    findings.push_back(
        {source.path, function.first_line,
         too_many(function.length(), "lines in a function", max_function_lines) + "split it"});
  }
  return findings;
}

}  // namespace cow::props::habits
