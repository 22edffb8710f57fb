#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

// How `parse` takes one line apart: words, names and numbers, each with its complaint.

namespace cow::model {

/// The input as an error message may quote it: in quotes, printable ASCII only, cut when long.
std::string quoted(std::string_view input);

/// One line of a trace without its comment, read word by word from the left.
class Line {
 public:
  Line(std::string_view text, std::size_t number) : rest_(text), number_(number) {}

  /// The next word; empty at the end of the line.
  std::string_view next();

  /// The next word, which must be there; `what` names it in the complaint.
  std::string_view need(std::string_view what);

  /// Complains when words are left.
  void end();

  /// Throws a TraceError with the line's number.
  [[noreturn]] void fail(const std::string& message) const;

  /// A number that is all of `word`, from `least` to `most`; `what` names it in the complaint.
  std::uint32_t number(std::string_view word, std::string_view what, std::uint32_t least,
                       std::uint32_t most) const;

  /// A written byte: decimal, or hexadecimal after 0x.
  std::uint8_t byte(std::string_view word) const;

  /// `mark` and a number below `count`, e.g. "P3". `things` names what the world has `count` of.
  std::uint32_t index(std::string_view word, std::string_view mark, std::string_view things,
                      std::uint32_t count) const;

 private:
  std::string_view rest_;
  std::size_t number_;
};

/// The value of an enumeration, counted from 0, whose name is `word`.
template <typename Enum>
std::optional<Enum> named(std::string_view word, int count) {
  for (int i = 0; i < count; ++i) {
    if (name(static_cast<Enum>(i)) == word) return static_cast<Enum>(i);
  }
  return std::nullopt;
}

}  // namespace cow::model
