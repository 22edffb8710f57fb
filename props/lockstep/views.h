#pragma once

#include <array>
#include <cstring>
#include <span>

#include "model/reference.h"
#include "props/lockstep/subject.h"

/// Comparing what a process sees with what it should: most of what the lockstep costs. These only
/// answer; differences.h says what differs.
namespace cow::props {

inline constexpr std::array<std::uint8_t, 4096> zeroes{};

/// `got` may be null: zeroes.
inline bool same_bytes(std::span<const std::uint8_t> want, const std::uint8_t* got) {
  return std::memcmp(want.data(), got != nullptr ? got : zeroes.data(), want.size()) == 0;
}

inline bool same_mapping(const model::Page& want, const Seen& got) {
  return want.mapped == got.mapped && want.access == got.access;
}

using SixteenBytes [[gnu::vector_size(16)]] = std::uint64_t;
inline SixteenBytes sixteen_bytes(const std::uint8_t* at) {
  SixteenBytes value;
  std::memcpy(&value, at, sizeof value);
  return value;
}

/// Of 16 bytes a page, without a branch a page. The reference has zeroes where nothing was written.
template <Visible S>
bool same_small_views(const S& subject, const model::Reference& reference, std::uint32_t p) {
  const model::Page* want = &reference.page(p, 0);
  const std::uint8_t* bytes = reference.bytes(p, 0).data();
  const auto pages = reference.world().pages;
  SixteenBytes differs{};
  std::uint32_t maps_other = 0;
  for (std::uint32_t i = 0; i < pages; ++i, ++want, bytes += 16) {
    const Seen got = subject.seen(p, i);
    const auto* const there = got.bytes == nullptr ? zeroes.data() : got.bytes;
    differs |= sixteen_bytes(bytes) ^ sixteen_bytes(there);
    maps_other |= static_cast<std::uint32_t>(want->mapped) ^ static_cast<std::uint32_t>(got.mapped);
    maps_other |= static_cast<std::uint32_t>(want->access) ^ static_cast<std::uint32_t>(got.access);
  }
  return (differs[0] | differs[1] | maps_other) == 0;
}

/// Does process `p` see every page as it should?
template <Visible S>
bool same_views(const S& subject, const model::Reference& reference, std::uint32_t p) {
  if (reference.world().geometry == model::Geometry::tiny) {
    return same_small_views(subject, reference, p);
  }
  for (std::uint32_t i = 0; i < reference.world().pages; ++i) {
    const Seen got = subject.seen(p, i);
    const model::Page& want = reference.page(p, i);
    if (!same_mapping(want, got)) return false;
    const bool both_zero = got.bytes == nullptr && want.fresh;
    if (!both_zero && !same_bytes(reference.bytes(p, i), got.bytes)) return false;
  }
  return true;
}

}  // namespace cow::props
