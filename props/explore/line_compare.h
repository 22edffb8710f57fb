#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace cow::props::explore {

/// 64 bytes of a state; Lines says more.
struct alignas(64) Line : std::array<std::byte, 64> {};

/// How lines, wherever they lie, are compared with a copy of them, with the widest registers that
/// the processor has. Comparing is a sixth of all instructions of a step with 32 bytes at a time;
/// a memcmp of each line took three times as long.
struct LineCompare {
  /// Which of at most 64 lines differ, a bit a line.
  std::uint64_t (*which_differ)(const Line* const* now, const Line* before, std::size_t count);
  bool (*none_differs)(const Line* const* now, const Line* before, std::size_t count);
};

/// What this processor does best.
LineCompare best_line_compare();
/// All that it can do, for tests: the first with plain words.
std::array<LineCompare, 3> every_line_compare();

}  // namespace cow::props::explore
