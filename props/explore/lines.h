#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "props/explore/line_compare.h"

namespace cow::props::explore {

/// Both halves of the 128-bit product, folded: every bit of the factors reaches every bit of it.
inline std::uint64_t fold(std::uint64_t a, std::uint64_t b) {
  __extension__ using Wide = unsigned __int128;
  const Wide product = Wide{a} * b;
  return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
}

/// The memory of a state, wherever it lies, as a sequence of lines of 64 bytes: so what an
/// operation changed is found, hashed and put back line by line, at the cost of what changed.
class Lines {
 public:
  using Line = explore::Line;
  static constexpr std::size_t line_bytes = sizeof(Line), most = 128;

  /// Appends the memory at `from`, up to the end of the line in which it ends.
  /// REQUIRES: it is aligned as lines are, and what the last line has beyond it never changes.
  void add(std::byte* from, std::size_t bytes);
  std::size_t size() const { return at_.size(); }
  Line& at(std::size_t i) const { return *at_[i]; }

  /// What they held at some time. The fingerprint is the sum of the hashes of all lines, each of
  /// which depends on the line's place, too; so it follows from those that changed.
  struct Copy {
    std::vector<Line> lines;
    std::vector<std::uint64_t> hashes;
    std::uint64_t fingerprint = 0;
  };
  void copy(Copy& to) const;
  void put_back(const Copy& from) const;

  /// Which lines differ from a copy: bit i % 64 of word i / 64.
  using Changes = std::array<std::uint64_t, 2>;
  static std::size_t count(const Changes& changes) {
    return static_cast<std::size_t>(std::popcount(changes[0]) + std::popcount(changes[1]));
  }
  static constexpr bool none(const Changes& changes) { return (changes[0] | changes[1]) == 0; }
  /// Adds those of the lines from `first` on, but before `end`.
  void compare(const Copy& with, std::size_t first, std::size_t end, Changes& changes) const;
  /// Are the first `count` lines as they were? The same as an empty `compare`, in half the time.
  bool same(const Copy& as, std::size_t count) const;
  /// What `copy` would find now. REQUIRES: all changes since then.
  std::uint64_t fingerprint(const Copy& before, const Changes& changes) const;
  void put_back(const Copy& from, const Changes& changes) const;
  /// Copies the lines that changed; puts such lines back.
  void copy(const Changes& changes, Line* to) const;
  void put(const Changes& changes, const Line* from) const;
  /// `fingerprint`, `copy` (to `to` on) and `put_back` in one.
  std::uint64_t take_back(const Copy& before, const Changes& changes, Line* to) const;

 private:
  LineCompare compare_ = best_line_compare();
  std::vector<Line*> at_;
};

}  // namespace cow::props::explore
