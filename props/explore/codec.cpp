#include "props/explore/codec.h"

#include <cstring>
#include <numeric>

#include "props/explore/exact.h"

namespace cow::props::explore {

namespace {

/// Both halves of the 128-bit product, folded: every bit of the factors reaches every bit of it.
std::uint64_t fold(std::uint64_t a, std::uint64_t b) {
  __extension__ using Wide = unsigned __int128;
  const Wide product = Wide{a} * b;
  return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
}

constexpr std::uint64_t odd1 = 0x9e3779b97f4a7c15, odd2 = 0xd1b54a32d192ed03;

}  // namespace

std::uint64_t fingerprint(std::span<const std::uint8_t> bytes) {
  std::uint64_t hash = bytes.size() * odd1;
  std::size_t at = 0;
  for (; at + 16 <= bytes.size(); at += 16) {
    std::uint64_t words[2];
    std::memcpy(words, bytes.data() + at, 16);
    hash = fold(words[0] ^ hash ^ odd1, words[1] ^ odd2) + hash * odd2;
  }
  std::uint64_t rest[2] = {};
  std::memcpy(rest, bytes.data() + at, bytes.size() - at);
  hash = fold(rest[0] ^ hash ^ odd1, rest[1] ^ odd2) + hash * odd2;
  hash = fold(hash ^ odd2, odd1);
  return hash != 0 ? hash : 1;
}

void Codec::write(const Pair& pair, std::vector<std::uint8_t>& out) {
  if (reduce_ && canonical_.write(pair, out)) {
    order_ = canonical_.order();
    return;
  }
  std::iota(order_.begin(), order_.end(), std::uint8_t{0});
  write_exact(scope_, pair, out);
}

void Codec::read(std::span<const std::uint8_t> form, Pair& pair) {
  if (form.front() == canonical_form)
    rebuild_.read(form, pair);
  else
    read_exact(scope_, form, pair);
}

}  // namespace cow::props::explore
