#include "props/habits/definitions.h"

#include <map>
#include <regex>

namespace cow::props::habits {

std::vector<Finding> check_definitions(const std::vector<Source>& sources) {
  // Unindented only: what stands in a class belongs to it. A specialisation has a `<` behind.
  static const std::regex scope(R"(^namespace ([\w:]+) \{)");
  static const std::regex head(
      R"(^(?:struct|class) (?:\[\[\w+\]\] )?(\w+)(?: final)?(?: :[^:].*| \{.*)$)");

  std::map<std::string, const Source*> first;
  std::vector<Finding> findings;
  for (const auto& source : sources) {
    if (!source.path.ends_with(".h")) continue;
    std::string within;
    int line = 0;
    for (const auto& text : split_lines(blank_literals(source.text))) {
      ++line;
      std::smatch match;
      if (std::regex_search(text, match, scope)) within = match[1];
      if (!std::regex_search(text, match, head)) continue;
      const auto name = within + "::" + match[1].str();
      const auto [at, is_new] = first.emplace(name, &source);
      if (is_new || at->second == &source) continue;
      findings.push_back({source.path, line, "rename it: " + at->second->path + " has one, too"});
    }
  }
  return findings;
}

}  // namespace cow::props::habits
