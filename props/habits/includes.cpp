#include "props/habits/includes.h"

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>

namespace cow::props::habits {

namespace {

/// What the files of a folder may include from this repository, as beginnings of paths. The first
/// row that fits a file counts.
struct Folder {
  std::string_view name;
  std::vector<std::string_view> may_include;
};

const std::vector<Folder> folders{
    {"model/", {"model/"}},
    {"impl/historic/", {"impl/historic/"}},  // systems that were share no code with the kernel
    {"impl/linux011/", {"impl/historic/", "impl/linux011/"}},
    {"impl/xv6/", {"impl/historic/", "impl/xv6/"}},
    {"impl/sketches/", {"impl/historic/", "impl/sketches/"}},
    {"impl/agent/", {"impl/agent/"}},  // goes to other systems as it is
    {"impl/linux/", {"impl/agent/", "impl/linux/"}},
    {"impl/xv6_agent/", {"impl/agent/", "impl/xv6_agent/"}},  // so does its agent
    {"impl/", {"impl/"}},
    {"props/cli/main.cpp", {"model/", "impl/", "props/", "proofs/"}},  // where all parts meet
    {"props/", {"model/", "impl/", "props/"}},
    {"fuzz/", {"model/", "impl/", "props/", "fuzz/"}},
    {"proofs/museum_of_", {"impl/kernel/", "proofs/", "props/museum/"}},  // mutants, over terms
    {"proofs/", {"model/", "impl/kernel/", "proofs/"}},
};

/// A word of the code that may appear in one folder only.
struct Confined {
  std::string_view word;
  std::string_view folder;
  bool in_include;  ///< the word begins the path of an include; else it is a name in the code
};

const std::vector<Confined> confined{
    {"rapidcheck", "props/", true},
    {"z3", "proofs/", true},
    {"benchmark/", "props/", true},
    {"fuzzer/", "fuzz/", true},
    {"LLVMFuzzerTestOneInput", "fuzz/", false},
};

bool starts_with_any(std::string_view path, const std::vector<std::string_view>& beginnings) {
  return std::ranges::any_of(beginnings, [&](auto begin) { return path.starts_with(begin); });
}

/// The path between the quotes or angle brackets of an include; nothing for any other line.
std::optional<std::string> included_path(const std::string& line) {
  const std::size_t hash = line.find_first_not_of(" \t");
  if (hash == std::string::npos || line[hash] != '#') return {};
  const std::size_t word = line.find_first_not_of(" \t", hash + 1);
  if (word == std::string::npos || line.compare(word, 7, "include") != 0) return {};
  const std::size_t open = line.find_first_of("\"<", word);
  if (open == std::string::npos) return {};
  const std::size_t close = line.find_first_of("\">", open + 1);
  if (close == std::string::npos) return {};
  return line.substr(open + 1, close - open - 1);
}

std::optional<std::string> advice_on_folder(const Folder& from, const std::string& path) {
  const auto to = std::ranges::find_if(folders, [&](auto& f) { return path.starts_with(f.name); });
  if (to == folders.end()) return {};
  if (starts_with_any(path, from.may_include)) return {};
  return std::string(from.name) + " may not include " + path +
         "; move the code to a folder that may (include order: ARCHITECTURE.md)";
}

std::optional<std::string> advice_on_quotes(const std::string& line, const std::string& path) {
  const bool quoted = line.find("\"" + path + "\"") != std::string::npos;
  const bool ours = std::ranges::any_of(folders, [&](auto& f) { return path.starts_with(f.name); });
  if (quoted && !ours) return "include " + path + " by its path from the root, or with < >";
  if (!quoted && ours) return "include " + path + " with \" \"; < > is for libraries";
  return {};
}

std::optional<std::string> advice_on_words(const Folder& from, const std::string& code,
                                           const std::string& included) {
  for (const auto& [word, folder, in_include] : confined) {
    if (from.name.starts_with(folder)) continue;
    const bool found =
        in_include ? included.starts_with(word) : code.find(word) != std::string::npos;
    if (found) return std::string(word) + " belongs in " + std::string(folder) + " only";
  }
  return {};
}

}  // namespace

std::vector<Finding> check_includes(const Source& source) {
  const auto from =
      std::ranges::find_if(folders, [&](auto& f) { return source.path.starts_with(f.name); });
  if (from == folders.end()) return {{source.path, 1, "move this file into one of the folders"}};

  std::vector<Finding> findings;
  const std::vector<std::string> lines = split_lines(source.text);
  const std::vector<std::string> code = split_lines(blank_literals(source.text));
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const bool include = included_path(code[i]).has_value();  // not one inside a comment or string
    const std::string path = include ? included_path(lines[i]).value_or("") : "";
    auto advice = advice_on_words(*from, code[i], path);
    if (!advice && include) advice = advice_on_folder(*from, path);
    if (!advice && include) advice = advice_on_quotes(lines[i], path);
    if (advice) findings.push_back({source.path, static_cast<int>(i + 1), *advice});
  }
  return findings;
}

}  // namespace cow::props::habits
