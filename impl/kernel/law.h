#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace cow::kernel {

/// The laws, one name each, used by the audit, the proofs, the museum and every message.
/// When an operation breaks several, the failure is named after the first in this order: what
/// says most about the cause comes before what follows from it.
enum class Law : std::uint8_t {
  progress,
  no_disclosure,
  no_dangling,
  isolation,
  permission,
  refused_unchanged,
  tlb_coherent,
  sole_writer,
  pin_stable,
  exact_count,
  no_leak,
  frugal,
  accounted,
};

inline constexpr int law_count = 13;

struct LawText {
  std::string_view name;
  std::string_view sentence;
};

constexpr LawText text(Law law) {
  constexpr std::array<LawText, law_count> texts = {{
      {"progress", "every operation ends, within a bounded number of steps"},
      {"no-disclosure", "a fresh page shows zeroes, never another process's bytes"},
      {"no-dangling", "what is free is not mapped, cached in a TLB, or freed twice"},
      {"isolation", "each process reads exactly the bytes the reference model says"},
      {"permission", "an operation succeeds exactly when the reference allows it"},
      {"refused-unchanged", "a refused operation changes nothing that anyone can observe"},
      {"tlb-coherent", "no usable TLB entry allows more, or shows other, than the page table"},
      {"sole-writer", "a writable private mapping is the only holder of its frame"},
      {"pin-stable", "a long-term pin keeps naming the frame that its owner sees"},
      {"exact-count", "the count of a frame or swap slot equals the number of its holders"},
      {"no-leak", "when every process has exited, every frame and swap slot is free"},
      {"frugal", "no copy, fault or frame beyond what sharing makes necessary"},
      {"accounted", "the statistics equal the events, and what was written says so"},
  }};
  return texts[static_cast<std::size_t>(law)];
}

constexpr std::string_view name(Law law) { return text(law).name; }

}  // namespace cow::kernel
