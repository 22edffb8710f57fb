#pragma once

#include <cstdint>

/// The compile-time shape of a machine: how large pages, tables and entries are. A table is one
/// page of entries, as on real hardware.
namespace cow::machine {

/// x86-64: 4 KiB pages, 512 entries of 8 bytes, PMD leaves of 2 MiB.
struct X86_64 {
  using Word = std::uint64_t;
  static constexpr unsigned page_shift = 12;
  static constexpr unsigned fan_bits = 9;
  static constexpr unsigned frame_shift = 12;  ///< where the frame number starts in an entry
  static constexpr std::uint32_t tlb_small = 64;
  static constexpr std::uint32_t tlb_huge = 16;
  static constexpr bool checked = false;  ///< no poison, no bounds checks: full speed
};

/// The same tables and rules, tiny: what explorers and fuzzers can exhaust.
struct Tiny {
  using Word = std::uint32_t;
  static constexpr unsigned page_shift = 4;
  static constexpr unsigned fan_bits = 2;
  static constexpr unsigned frame_shift = 12;
  static constexpr std::uint32_t tlb_small = 8;
  static constexpr std::uint32_t tlb_huge = 2;
  static constexpr bool checked = true;  ///< freed frames are poisoned, bad frames are caught
};

}  // namespace cow::machine
