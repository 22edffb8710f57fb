#include "props/explore/lines.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <stdexcept>

namespace cow::props::explore {

namespace {

using Words = std::array<std::uint64_t, Lines::line_bytes / 8>;

Words words_at(const std::byte* at) {
  Words words;
  std::memcpy(words.data(), at, sizeof words);
  return words;
}

/// 16 bytes an instruction, on every x86-64: a memcmp of each line took three times as long.
std::uint64_t differ(const std::byte* a, const std::byte* b) {
  using Vector [[gnu::vector_size(16)]] = std::uint64_t;
  std::array<Vector, Lines::line_bytes / sizeof(Vector)> x, y;
  std::memcpy(x.data(), a, sizeof x);
  std::memcpy(y.data(), b, sizeof y);
  Vector difference{};
  for (std::size_t i = 0; i < x.size(); ++i) difference |= x[i] ^ y[i];
  return (difference[0] | difference[1]) != 0 ? 1 : 0;
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
  for (std::size_t done = 0; done < bytes; done += line_bytes) at_.push_back(from + done);
  if (at_.size() > most) throw std::invalid_argument("a state of the scope is too large");
}

/// 16 bytes a product, each with keys of its own.
std::uint64_t Lines::hash(std::size_t i) const {
  const auto words = words_at(at_[i]);
  std::uint64_t sum = 0;
  for (std::size_t w = 0; w < words.size(); w += 2) {
    const auto key = 0x9e3779b97f4a7c15 * (i * words.size() + w + 1);
    sum += fold(words[w] ^ key, words[w + 1] ^ (key + 0xd1b54a32d192ed03));
  }
  return sum;
}

void Lines::copy(Copy& to) const {
  to.bytes.resize(size() * line_bytes);
  to.hashes.resize(size());
  to.fingerprint = 0;
  for (std::size_t i = 0; i < size(); ++i) {
    std::memcpy(to.bytes.data() + i * line_bytes, at_[i], line_bytes);
    to.fingerprint += to.hashes[i] = hash(i);
  }
}

void Lines::put_back(const Copy& from) const {
  for (std::size_t i = 0; i < size(); ++i) {
    std::memcpy(at_[i], from.bytes.data() + i * line_bytes, line_bytes);
  }
}

void Lines::compare(const Copy& with, std::size_t first, std::size_t end, Changes& changes) const {
  const auto* const* const now = at_.data();
  const auto* const before = with.bytes.data();
  for (std::size_t word = first / 64; 64 * word < end; ++word) {
    std::uint64_t bits = 0;
    for (auto i = std::max(first, 64 * word); i < std::min(end, 64 * word + 64); ++i) {
      bits |= differ(now[i], before + i * line_bytes) << i % 64;
    }
    changes[word] |= bits;
  }
}

std::uint64_t Lines::fingerprint(const Copy& before, const Changes& changes) const {
  auto sum = before.fingerprint;
  for_each(changes, [&](std::size_t i) { sum += hash(i) - before.hashes[i]; });
  return sum;
}

void Lines::put_back(const Copy& from, const Changes& changes) const {
  for_each(changes, [&](std::size_t i) {
    std::memcpy(at_[i], from.bytes.data() + i * line_bytes, line_bytes);
  });
}

}  // namespace cow::props::explore
