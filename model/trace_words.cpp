#include "model/trace_words.h"

#include <algorithm>
#include <charconv>
#include <fmt/format.h>

#include "model/trace_text.h"

namespace cow::model {

namespace {

constexpr std::string_view blanks = " \t";
constexpr std::size_t longest_quote = 32;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

}  // namespace

std::string quoted(std::string_view input) {
  std::string text = "\"";
  for (const char c : input.substr(0, longest_quote)) {
    if (c >= ' ' && c <= '~') {
      text += c;
    } else {
      text += fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
    }
  }
  return text + (input.size() > longest_quote ? "...\"" : "\"");
}

std::string_view Line::next() {
  rest_.remove_prefix(std::min(rest_.find_first_not_of(blanks), rest_.size()));
  const std::string_view word = rest_.substr(0, rest_.find_first_of(blanks));
  rest_.remove_prefix(word.size());
  return word;
}

std::string_view Line::need(std::string_view what) {
  const std::string_view word = next();
  if (word.empty()) fail(fmt::format("the line ends where {} should stand", what));
  return word;
}

void Line::end() {
  const std::string_view word = next();
  if (!word.empty()) fail(fmt::format("{} is one word too many", quoted(word)));
}

void Line::fail(const std::string& message) const { throw TraceError(number_, message); }

std::uint32_t Line::number(std::string_view word, std::string_view what, std::uint32_t least,
                           std::uint32_t most) const {
  if (word.empty() || !std::ranges::all_of(word, is_digit)) {
    fail(fmt::format("{}: {} is not a decimal number", what, quoted(word)));
  }
  std::uint32_t value = 0;
  const auto result = std::from_chars(word.data(), word.data() + word.size(), value);
  if (result.ec != std::errc{} || value < least || value > most) {
    fail(fmt::format("{}: {} is not {} to {}", what, word.substr(0, longest_quote), least, most));
  }
  return value;
}

std::uint8_t Line::byte(std::string_view word) const {
  if (!word.starts_with("0x")) return static_cast<std::uint8_t>(number(word, "value", 0, 255));
  std::uint8_t value = 0;
  const char* const end = word.data() + word.size();
  const auto result = std::from_chars(word.data() + 2, end, value, 16);
  if (result.ec != std::errc{} || result.ptr != end) {
    fail(fmt::format("value: {} is not 0x00 to 0xff", quoted(word)));
  }
  return value;
}

std::uint32_t Line::index(std::string_view word, std::string_view mark, std::string_view things,
                          std::uint32_t count) const {
  const std::string_view digits = word.substr(std::min(mark.size(), word.size()));
  if (!word.starts_with(mark) || digits.empty() || !std::ranges::all_of(digits, is_digit)) {
    fail(fmt::format("{} should be {} and a number, like {}0", quoted(word), mark, mark));
  }
  std::uint32_t value = 0;
  const auto result = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (result.ec == std::errc{} && value < count) return value;
  const std::string_view shown = word.substr(0, longest_quote);
  if (count == 1) fail(fmt::format("{}: this world has only {}0", shown, mark));
  fail(fmt::format("{}: this world has {} {}0 to {}{}", shown, things, mark, mark, count - 1));
}

}  // namespace cow::model
