#include "props/explore/codec.h"

#include <array>
#include <cstring>
#include <numeric>

#include "props/explore/exact.h"

namespace cow::props::explore {

namespace {

constexpr std::array<std::uint64_t, 4> odd = {0x9e3779b97f4a7c15, 0xd1b54a32d192ed03,
                                              0xa0761d6478bd642f, 0xe7037ed1a0b428db};

std::uint64_t word_at(const std::uint8_t* at) {
  std::uint64_t word = 0;
  std::memcpy(&word, at, sizeof word);
  return word;
}

}  // namespace

/// Two lanes, so that one product need not wait for the one before: 0.9 ns a word became 0.5.
std::uint64_t fingerprint(std::span<const std::uint8_t> bytes) {
  std::uint64_t a = bytes.size() * odd[0], b = odd[1];
  const auto* at = bytes.data();
  auto left = bytes.size();
  for (; left >= 32; left -= 32, at += 32) {
    a = fold(word_at(at) ^ a ^ odd[0], word_at(at + 8) ^ odd[1]) + a;
    b = fold(word_at(at + 16) ^ b ^ odd[2], word_at(at + 24) ^ odd[3]) + b;
  }
  std::array<std::uint8_t, 32> rest{};
  if (left > 0) std::memcpy(rest.data(), at, left);
  at = rest.data();
  a = fold(word_at(at) ^ a ^ odd[0], word_at(at + 8) ^ odd[1]) + a;
  b = fold(word_at(at + 16) ^ b ^ odd[2], word_at(at + 24) ^ odd[3]) + b;
  const auto hash = fold(a ^ odd[2], fold(b ^ odd[0], odd[3]) ^ odd[1]);
  return hash != 0 ? hash : 1;
}

std::span<const std::uint8_t> Codec::write(Pair& pair) {
  if (reduce_) {
    const auto form = canonical_.write(pair);
    order_ = canonical_.order();
    if (!form.empty()) return form;
  }
  std::iota(order_.begin(), order_.end(), std::uint8_t{0});
  return write_exact(pair, room_);
}

void Codec::read(std::span<const std::uint8_t> form, Pair& pair) {
  if (form.front() == canonical_form)
    rebuild_.read(form, pair);
  else
    read_exact(form, pair);
}

}  // namespace cow::props::explore
