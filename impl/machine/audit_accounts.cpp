#include <fmt/format.h>

#include "impl/machine/audit.h"

// The part of the audit that holds what the kernel charged and counted against what is so.

namespace cow::machine {

using kernel::Gauge;
using kernel::Law;

/// One page, of which the object that its area shows, if any, has `held`.
template <class G>
void Audit<G>::charge(std::uint32_t p, const Area& area, Entry entry, Entry held, bool huge) {
  if (area.hugetlb) {
    ++used_[p][Gauge::hugetlb];
    return;
  }
  const auto& header = m_.header();
  const auto frame = entry.frame();
  if (frame == header.zero) return;
  if (header.huge_zero != none && frame - header.huge_zero < M::fan) return;
  const bool files = held.present() && held.frame() == frame;
  ++used_[p][area.is_shared() ? Gauge::shared : files ? Gauge::file : Gauge::anon];
  if (huge) ++used_[p][Gauge::huge];
}

/// The dead are charged with nothing (Linux: check_mm, "Bad rss-counter state").
template <class G>
void Audit<G>::check_accounts() {
  std::array<std::uint32_t, kernel::count_count> sums{};
  for (std::uint32_t p = 0; p < m_.config().procs; ++p) {
    const auto& account = m_.account(p);
    for (std::size_t g = 0; g < kernel::gauge_count; ++g) {
      const auto charged = account.usage.pages[g], uses = used_[p].pages[g];
      if (charged == uses) continue;
      find(Law::accounted, fmt::format("P{} is charged with {} {} pages and has {}", p, charged,
                                       kernel::gauge_names[g], uses));
    }
    for (std::size_t c = 0; c < sums.size(); ++c) sums[c] += account.counts[c];
  }
  for (std::size_t c = 0; c < sums.size(); ++c) {
    const auto event = static_cast<std::size_t>(kernel::event_of[c]);
    const auto noted = static_cast<std::uint32_t>(m_.header().events[event]);
    if (noted == sums[c]) continue;
    find(Law::accounted, fmt::format("{}: {} for all processes together, but {} happened",
                                     kernel::event_names[event], sums[c], noted));
  }
}

template class Audit<Tiny>;
template class Audit<X86_64>;

}  // namespace cow::machine
