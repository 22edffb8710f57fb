#include "impl/machine/glance.h"

// How a Glance holds what the kernel charged and counted against what is so.

namespace cow::machine {

using kernel::Gauge;

/// REQUIRES: the pages of the process are right, so that a private one that names a frame of an
/// object shows it.
template <class G>
kernel::Usage Glance<G>::usage_of(std::uint32_t p) const {
  kernel::Usage usage;
  for (const Page* seen = row(p); seen < row(p) + m_.config().pages; ++seen) {
    if (seen->entry.swapped()) ++usage[Gauge::swap];
    if (!seen->entry.present()) continue;
    const auto frame = seen->entry.frame();
    if (frame == zero_ || (huge_zero_ != none && frame - huge_zero_ < M::fan)) continue;
    const Area& area = *seen->area;
    ++usage[area.is_shared()                        ? Gauge::shared
            : area.has_object() && of_object(frame) ? Gauge::file
                                                    : Gauge::anon];
    if (seen->huge) ++usage[Gauge::huge];
  }
  return usage;
}

template <class G>
bool Glance<G>::accounts_agree() {
  for (std::uint32_t p = 0; p < spaces_.size(); ++p) {
    auto& space = spaces_[p];
    if (space.changed) space.usage = usage_of(p);
    if (m_.account(p).usage != space.usage) return false;
  }
  return m_.counts_agree();
}

template class Glance<Tiny>;

}  // namespace cow::machine
