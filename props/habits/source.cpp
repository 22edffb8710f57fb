#include "props/habits/source.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>

namespace cow::props::habits {

namespace fs = std::filesystem;

namespace {

constexpr std::array<std::string_view, 5> source_extensions{".h", ".hpp", ".c", ".cc", ".cpp"};

bool is_source(const fs::path& path) {
  return std::ranges::find(source_extensions, path.extension().string()) != source_extensions.end();
}

bool is_foreign(const fs::path& folder) {
  return folder.filename().string().starts_with('.') || fs::exists(folder / "CMakeCache.txt");
}

std::string read(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw std::runtime_error("cannot read " + path.string());
  return {std::istreambuf_iterator<char>(file), {}};
}

/// Where the literal or comment that begins at `at` ends; `at` itself if none begins there.
std::size_t literal_end(std::string_view text, std::size_t at) {
  const auto after = [&](std::string_view end, std::size_t from) {
    const std::size_t found = text.find(end, from);
    return found == std::string_view::npos ? text.size() : found + end.size();
  };
  const std::string_view rest = text.substr(at);
  if (rest.starts_with("//")) return std::min(text.find('\n', at), text.size());
  if (rest.starts_with("/*")) return after("*/", at + 2);
  if (rest.starts_with("R\"")) {
    const std::string_view delimiter = rest.substr(2, rest.find('(') - 2);
    return after(")" + std::string(delimiter) + "\"", at + 2);
  }
  // A quote after a letter or digit separates digits: 1'000.
  const bool separator = rest[0] == '\'' && at > 0 && std::isalnum(text[at - 1]) != 0;
  if (separator || (rest[0] != '"' && rest[0] != '\'')) return at;
  std::size_t end = at + 1;
  while (end < text.size() && text[end] != rest[0]) end += text[end] == '\\' ? 2U : 1U;
  return std::min(end + 1, text.size());
}

}  // namespace

std::vector<Source> load_sources(const std::string& root) {
  std::vector<Source> sources;
  for (auto it = fs::recursive_directory_iterator(root); it != fs::end(it); ++it) {
    if (it->is_directory() && is_foreign(it->path())) it.disable_recursion_pending();
    if (!it->is_regular_file() || !is_source(it->path())) continue;
    const std::string path = it->path().lexically_relative(root).generic_string();
    sources.push_back({path, read(it->path())});
  }
  std::ranges::sort(sources, {}, &Source::path);
  return sources;
}

std::string blank_literals(std::string_view text) {
  std::string code(text);
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = literal_end(text, at);
    for (std::size_t i = at; i < end; ++i) {
      const bool quote = (i == at || i + 1 == end) && (text[i] == '"' || text[i] == '\'');
      if (text[i] != '\n' && !quote) code[i] = ' ';
    }
    at = std::max(end, at + 1);
  }
  return code;
}

std::vector<std::string> split_lines(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    lines.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

std::string describe(const std::vector<Finding>& findings) {
  std::string text;
  for (const auto& [path, line, advice] : findings) {
    text += path + ":" + std::to_string(line) + ": " + advice + "\n";
  }
  return text;
}

}  // namespace cow::props::habits
