#include "props/explore/lines.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <stdexcept>

namespace cow::props::explore {

namespace {

/// 16 bytes a product, each with keys of its own.
std::uint64_t hash(const Lines::Line& line, std::size_t place) {
  std::array<std::uint64_t, sizeof line / 8> words;
  std::memcpy(words.data(), &line, sizeof words);
  std::uint64_t sum = 0;
  for (std::size_t w = 0; w < words.size(); w += 2) {
    const auto key = 0x9e3779b97f4a7c15 * (place * words.size() + w + 1);
    sum += fold(words[w] ^ key, words[w + 1] ^ (key + 0xd1b54a32d192ed03));
  }
  return sum;
}

template <class Visit>
void for_each(const Lines::Changes& changes, Visit visit) {
  for (std::size_t word = 0; word < changes.size(); ++word) {
    for (auto bits = changes[word]; bits != 0; bits &= bits - 1) {
      visit(64 * word + static_cast<std::size_t>(std::countr_zero(bits)));
    }
  }
}

}  // namespace

void Lines::add(std::byte* from, std::size_t bytes) {
  auto* const lines = reinterpret_cast<Line*>(from);
  for (std::size_t i = 0; i * line_bytes < bytes; ++i) at_.push_back(lines + i);
  if (at_.size() > most) throw std::invalid_argument("a state of the scope is too large");
}

void Lines::copy(Copy& to) const {
  to.lines.resize(size());
  to.hashes.resize(size());
  to.fingerprint = 0;
  for (std::size_t i = 0; i < size(); ++i) {
    to.lines[i] = *at_[i];
    to.fingerprint += to.hashes[i] = hash(*at_[i], i);
  }
}

void Lines::put_back(const Copy& from) const {
  for (std::size_t i = 0; i < size(); ++i) *at_[i] = from.lines[i];
}

bool Lines::same(const Copy& as, std::size_t count) const {
  return compare_.none_differs(at_.data(), as.lines.data(), count);
}

void Lines::compare(const Copy& with, std::size_t first, std::size_t end, Changes& changes) const {
  while (first < end) {
    const auto count = std::min(end - first, 64 - first % 64);
    const auto bits = compare_.which_differ(at_.data() + first, with.lines.data() + first, count);
    changes[first / 64] |= bits << first % 64;
    first += count;
  }
}

std::uint64_t Lines::fingerprint(const Copy& before, const Changes& changes) const {
  auto sum = before.fingerprint;
  for_each(changes, [&](std::size_t i) { sum += hash(*at_[i], i) - before.hashes[i]; });
  return sum;
}

void Lines::put_back(const Copy& from, const Changes& changes) const {
  for_each(changes, [&](std::size_t i) { *at_[i] = from.lines[i]; });
}

void Lines::copy(const Changes& changes, Line* to) const {
  for_each(changes, [&](std::size_t i) { *to++ = *at_[i]; });
}

std::uint64_t Lines::take_back(const Copy& before, const Changes& changes, Line* to) const {
  auto sum = before.fingerprint;
  for_each(changes, [&](std::size_t i) {
    auto& line = *at_[i];
    *to++ = line;
    sum += hash(line, i) - before.hashes[i];
    line = before.lines[i];
  });
  return sum;
}

void Lines::put(const Changes& changes, const Line* from) const {
  for_each(changes, [&](std::size_t i) { *at_[i] = *from++; });
}

}  // namespace cow::props::explore
