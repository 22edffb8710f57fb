#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

/// LZ4, for the compressed tier of swap (zswap.h): the one place that knows the library. The same
/// bytes always come to the same, as long as the library is the same.
namespace cow::machine {

/// How many bytes of `out` hold the page now; 0: they do not suffice.
std::size_t compress(std::span<const std::uint8_t> page, std::span<std::uint8_t> out);

/// False when `packed` is not a whole page.
bool decompress(std::span<const std::uint8_t> packed, std::span<std::uint8_t> page);

}  // namespace cow::machine
