#include "props/explore/exact.h"

#include <bit>
#include <cstring>

#include "props/explore/canonical.h"

/// First a byte a line, which says which of its eight words are not 0; then those words.
namespace cow::props::explore {

namespace {
constexpr std::size_t words = Lines::line_bytes / sizeof(std::uint64_t);
static_assert(words == 8, "a bit a word");
}  // namespace

std::span<const std::uint8_t> write_exact(Pair& pair, std::vector<std::uint8_t>& room) {
  const auto& lines = pair.lines();
  room.resize(1 + lines.size() * (1 + Lines::line_bytes) + sizeof(std::uint64_t));
  auto* mask = room.data();
  auto* out = mask + 1 + lines.size();
  *mask = exact_form;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    std::uint32_t present = 0;
    for (std::size_t w = 0; w < words; ++w) {
      std::uint64_t word = 0;
      std::memcpy(&word, lines.at(i).data() + w * sizeof word, sizeof word);
      std::memcpy(out, &word, sizeof word);  // the next one covers it when it is 0
      out += word != 0 ? sizeof word : 0;
      present |= (word != 0 ? 1U : 0U) << w;
    }
    *++mask = static_cast<std::uint8_t>(present);
  }
  return {room.data(), out};
}

void read_exact(std::span<const std::uint8_t> form, Pair& pair) {
  pair.subject->forget();
  const auto& lines = pair.lines();
  const auto* in = form.data() + 1 + lines.size();
  for (std::size_t i = 0; i < lines.size(); ++i) {
    auto& line = lines.at(i);
    line.fill(std::byte{0});
    for (std::uint32_t present = form[1 + i]; present != 0; present &= present - 1) {
      const auto w = static_cast<std::size_t>(std::countr_zero(present));
      std::memcpy(line.data() + w * sizeof(std::uint64_t), in, sizeof(std::uint64_t));
      in += sizeof(std::uint64_t);
    }
  }
  pair.follow_notes();
}

}  // namespace cow::props::explore
