#include "impl/machine/compressor.h"

#include <lz4.h>

namespace cow::machine {

namespace {

const char* chars(std::span<const std::uint8_t> bytes) {
  return reinterpret_cast<const char*>(bytes.data());
}
char* chars(std::span<std::uint8_t> bytes) { return reinterpret_cast<char*>(bytes.data()); }
int length_of(std::span<const std::uint8_t> bytes) { return static_cast<int>(bytes.size()); }

}  // namespace

std::size_t compress(std::span<const std::uint8_t> page, std::span<std::uint8_t> out) {
  const auto length =
      LZ4_compress_default(chars(page), chars(out), length_of(page), length_of(out));
  return static_cast<std::size_t>(length);
}

bool decompress(std::span<const std::uint8_t> packed, std::span<std::uint8_t> page) {
  return LZ4_decompress_safe(chars(packed), chars(page), length_of(packed), length_of(page)) ==
         length_of(page);
}

}  // namespace cow::machine
