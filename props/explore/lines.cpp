#include "props/explore/lines.h"

#include <cstring>
#include <stdexcept>

namespace cow::props::explore {

void Lines::add(std::byte* from, std::size_t bytes) {
  for (std::size_t done = 0; done < bytes; done += line_bytes) at_.push_back(from + done);
  if (at_.size() > most) throw std::invalid_argument("a state of the scope is too large");
}

/// 16 bytes a product, each with keys of its own.
std::uint64_t Lines::hash(std::size_t i) const {
  std::array<std::uint64_t, line_bytes / 8> words;
  std::memcpy(words.data(), at_[i], sizeof words);
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
  for (auto i = first; i < end; ++i) {
    changes.lines[changes.count] = static_cast<std::uint8_t>(i);
    const auto* const before = with.bytes.data() + i * line_bytes;
    changes.count += std::memcmp(at_[i], before, line_bytes) != 0 ? 1U : 0U;
  }
}

std::uint64_t Lines::fingerprint(const Copy& before, const Changes& changes) const {
  auto sum = before.fingerprint;
  for (std::uint32_t n = 0; n < changes.count; ++n) {
    sum += hash(changes.lines[n]) - before.hashes[changes.lines[n]];
  }
  return sum;
}

void Lines::put_back(const Copy& from, const Changes& changes) const {
  for (std::uint32_t n = 0; n < changes.count; ++n) {
    const std::size_t i = changes.lines[n];
    std::memcpy(at_[i], from.bytes.data() + i * line_bytes, line_bytes);
  }
}

}  // namespace cow::props::explore
