#include "props/subjects/xv6/console.h"

#include <algorithm>
#include <cctype>
#include <sstream>

namespace cow::props::xv6 {

namespace {

constexpr std::size_t most_words = 32;  ///< lines that are kept
constexpr std::size_t longest_reply =
    std::size_t{COWAGENT_REPLY_BYTES} + std::size_t{COWXV6_LONGEST};

/// A whole reply from there to the line's end.
bool decode(const std::string& line, std::size_t from, cowagent_reply& reply,
            std::vector<std::uint8_t>& bytes) {
  bytes.resize(longest_reply);
  const auto length =
      cowxv6_unpack(line.data() + from, static_cast<std::uint32_t>(line.size() - from),
                    bytes.data(), longest_reply);
  if (length < COWAGENT_REPLY_BYTES || cowagent_decode_reply(bytes.data(), &reply) == 0)
    return false;
  if (reply.length != length - COWAGENT_REPLY_BYTES) return false;
  reply.bytes = bytes.data() + COWAGENT_REPLY_BYTES;
  if (cowagent_reply_is_whole(bytes.data(), &reply, 0) == 0) return false;
  bytes.erase(bytes.begin(), bytes.begin() + COWAGENT_REPLY_BYTES);
  bytes.resize(reply.length);
  return true;
}

/// The echo of a request, or of a piece of a script: blanks fill it up.
bool is_echo(std::string line) {
  while (!line.empty() && line.back() == ' ') line.pop_back();
  std::uint8_t raw[COWXV6_LINE];
  if (cowxv6_from_piece(line.data(), static_cast<std::uint32_t>(line.size()), raw) > 0) return true;
  std::uint8_t frame[COWAGENT_REQUEST_BYTES];
  cowxv6_from_line(line.data(), static_cast<std::uint32_t>(line.size()), frame);
  return frame[0] == COWAGENT_REQUEST_MARK;
}

/// "4 sleep init" as procdump prints it: the number and what follows.
bool is_listed(const std::string& line, std::uint32_t& pid, std::string& state) {
  std::istringstream words(line);
  std::string program;
  return static_cast<bool>(words >> pid >> state >> program) && program.starts_with("init");
}

}  // namespace

void Console::clear() {
  rest_.clear();
  words_.clear();
  replies_.clear();
}

void Console::take(const std::string& text) {
  rest_ += text;
  std::size_t from = 0;
  for (auto end = rest_.find('\n'); end != std::string::npos; end = rest_.find('\n', from)) {
    line(rest_.substr(from, end - from));
    from = end + 1;
  }
  rest_.erase(0, from);
}

/// The kernel's words may stand before a reply, on one line with it.
void Console::line(const std::string& text) {
  for (auto at = text.find("3c"); at != std::string::npos; at = text.find("3c", at + 1)) {
    cowagent_reply reply{};
    Told told;
    if (!decode(text, at, reply, told.bytes)) continue;
    told.answered = true;
    told.status = reply.status;
    told.detail = reply.detail;
    replies_.emplace_back(reply.sequence, std::move(told));
    return;
  }
  if (text.find_first_not_of(" \r") == std::string::npos || is_echo(text)) return;
  if (words_.size() == most_words) words_.erase(words_.begin());
  words_.push_back(text);
}

Told Console::reply(std::uint16_t sequence) {
  const auto at = std::ranges::find(replies_, sequence, &decltype(replies_)::value_type::first);
  if (at == replies_.end()) return {};
  auto told = std::move(at->second);
  replies_.erase(replies_.begin(), at + 1);
  return told;
}

std::string Console::panic() const {
  for (const auto& line : words_) {
    if (const auto at = line.find("panic"); at != std::string::npos) return line.substr(at);
  }
  return {};
}

bool Console::has_list() const {
  std::uint32_t pid = 0;
  std::string state;
  return std::ranges::any_of(words_, [&](const auto& line) { return is_listed(line, pid, state); });
}

bool Console::all_sleep() const {
  return std::ranges::all_of(words_, [](const auto& line) {
    std::uint32_t pid = 0;
    std::string state;
    return !is_listed(line, pid, state) || state == "sleep" || state == "zombie";
  });
}

bool Console::lists(std::uint32_t wanted) const {
  return std::ranges::any_of(words_, [&](const auto& line) {
    std::uint32_t pid = 0;
    std::string state;
    return is_listed(line, pid, state) && pid == wanted && state != "zombie";
  });
}

}  // namespace cow::props::xv6
