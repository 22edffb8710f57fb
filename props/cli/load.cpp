#include "props/cli/load.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fmt/format.h>
#include <fstream>
#include <sys/stat.h>

#include "model/trace_bytes.h"
#include "props/cli/commands.h"

namespace cow::props::cli {

namespace {

constexpr std::uintmax_t largest = 64U << 20;  ///< bytes; a million operations fit four times

std::string read_file(const std::string& path) {
  struct stat status = {};
  if (stat(path.c_str(), &status) != 0) {
    throw UsageError(fmt::format("{}: {}", path, std::strerror(errno)));
  }
  if (S_ISDIR(status.st_mode)) throw UsageError(fmt::format("{}: is a directory", path));
  std::ifstream in(path, std::ios::binary);
  std::string text;
  char piece[1 << 16];
  while (in.read(piece, sizeof piece) || in.gcount() > 0) {
    text.append(piece, static_cast<std::size_t>(in.gcount()));
    if (text.size() > largest) throw UsageError(fmt::format("{}: larger than 64 MiB", path));
  }
  if (in.bad() || !in.eof()) throw UsageError(fmt::format("{}: cannot be read", path));
  if (text.empty()) throw UsageError(fmt::format("{}: is empty", path));
  return text;
}

model::TraceText decode(const std::string& path, const std::string& bytes) {
  const auto* at = reinterpret_cast<const std::uint8_t*>(bytes.data());
  model::TraceText decoded;
  decoded.trace = model::decode({at, bytes.size()});
  if (!decoded.trace.ops.empty() && decoded.trace.ops.size() <= model::max_ops) return decoded;
  throw UsageError(fmt::format("{}: {} bytes are no fuzzer's input", path, bytes.size()));
}

/// Text has no control characters but tabs and line ends.
bool is_text(const std::string& bytes) {
  const auto control = [](char c) {
    return static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\t' && c != '\r';
  };
  return std::ranges::none_of(bytes, control);
}

}  // namespace

namespace {
/// What `parse` makes of the file; its complaint gets the file's name.
template <class Parse>
auto parse_file(const std::string& path, const std::string& content, Parse parse) {
  try {
    return parse(content);
  } catch (const model::TraceError& error) {
    if (error.line == 0) throw UsageError(fmt::format("{}: {}", path, error.what()));
    throw UsageError(fmt::format("{}:{}: {}", path, error.line, error.what()));
  }
}
}  // namespace

model::TraceText load_trace(const std::string& path, bool bytes) {
  const auto content = read_file(path);
  if (bytes) return decode(path, content);
  if (!is_text(content)) {
    throw UsageError(fmt::format("{}: not text (a fuzzer's crash file? then add --bytes)", path));
  }
  return parse_file(path, content, [](const std::string& text) { return model::parse(text); });
}

race::RaceText load_race(const std::string& path) {
  const auto content = read_file(path);
  if (!is_text(content)) throw UsageError(fmt::format("{}: not text", path));
  return parse_file(path, content, [](const std::string& text) { return race::parse_race(text); });
}

model::TraceText parse_line(const std::string& ops) {
  std::string lines = ops;
  std::ranges::replace(lines, ';', '\n');
  try {
    return model::parse(lines);
  } catch (const model::TraceError& error) {
    throw UsageError(fmt::format("--ops, operation {}: {}", error.line, error.what()));
  }
}

}  // namespace cow::props::cli
