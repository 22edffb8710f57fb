#pragma once

#include <algorithm>
#include <bitset>
#include <fmt/format.h>
#include <optional>

#include "impl/machine/block.h"
#include "impl/machine/finding.h"

namespace cow::machine {

/// What is wrong with the compressed tier of swap, or nothing: an entry goes with its slot, no two
/// share a place in the pool, what they have is what the machine counts, and
/// what has a home there lies in no slot as well.
template <class M>
std::optional<Finding> zswap_fault(const M& m) {
  using kernel::Law;
  if (!m.has_zswap()) return std::nullopt;
  std::bitset<max_zswap * zswap_chunks> taken;
  for (std::uint32_t s = 0; s < m.config().slots; ++s) {
    const auto& entry = m.zswap_entry(s);
    if (entry.home == Home::slot) continue;
    if (m.slot_info(s).count == 0)
      return Finding{Law::no_leak, fmt::format("slot {} is free, but zswap keeps its bytes", s)};
    if (M::G::checked && std::ranges::any_of(m.plain(s), [](auto b) { return b != 0xA5; }))
      return Finding{Law::frugal, fmt::format("slot {} has bytes that are in zswap, too", s)};
    if (entry.home == Home::word) continue;
    if (entry.chunk + M::chunks_of(entry) > m.zswap_size())
      return Finding{Law::no_dangling, fmt::format("slot {} has its bytes behind the pool", s)};
    for (std::uint32_t i = 0; i < M::chunks_of(entry); ++i) {
      if (taken[entry.chunk + i])
        return Finding{Law::no_dangling, fmt::format("slot {} shares its place in zswap", s)};
      taken.set(entry.chunk + i);
    }
  }
  if (taken.count() == m.header().zswap_used) return std::nullopt;
  return Finding{Law::exact_count,
                 fmt::format("{} chunks of zswap are in use, the machine counts {}", taken.count(),
                             m.header().zswap_used)};
}

}  // namespace cow::machine
