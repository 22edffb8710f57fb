#include <algorithm>
#include <fmt/format.h>

#include "impl/machine/audit.h"

// The part of the audit that looks at swap: who names which slot, and what is cached for it.

namespace cow::machine {

using kernel::Law;

/// The process sees the bytes of the slot.
template <class G>
void Audit<G>::note_swapped(std::uint32_t p, std::uint64_t page, Entry entry, bool counted) {
  const auto user = page - m_.user_first();  // wraps, and is too large, below user space
  if (user >= m_.config().pages || !note(p, user).mapped) {
    find(Law::permission, fmt::format("P{} still has slot {} at p{}, where it has no mapping", p,
                                      entry.slot(), static_cast<std::int64_t>(user)));
    return;
  }
  if (!kernel::entry_names_used_slot(*this, entry)) {
    find(Law::no_dangling,
         fmt::format("P{} p{} is in slot {}, which is free", p, user, entry.slot()));
  }
  if (entry.slot() >= m_.config().slots) return;
  if (counted) ++namers_[entry.slot()];
  ++used_[p][kernel::Gauge::swap];
  auto& seen = note(p, user);
  seen.entry = entry;
  seen.bytes = m_.slot_bytes(entry.slot()).data();
  if (seen.area->is_shared()) {
    find(Law::isolation, fmt::format("P{} p{} is shared, but went to swap", p, user));
  }
  if (!kernel::exclusive_slot_is_alone(*this, entry)) {
    find(Law::sole_writer,
         fmt::format("P{} p{} has slot {} to itself, which {}", p, user, entry.slot(),
                     in_memory(entry.slot())
                         ? std::string("is in memory, too")
                         : fmt::format("is named {} times", slot_count(entry.slot()))));
  }
}

/// A marker speaks of an anonymous private page that may come, or is to stay away, and says one
/// thing.
template <class G>
void Audit<G>::note_marker(std::uint32_t p, std::uint64_t page, Entry marker) {
  const auto user = page - m_.user_first();
  const bool right = user < m_.config().pages && may_have_marker(note(p, user));
  if (right && marker.is_marker()) return;
  find(Law::permission,
       fmt::format("P{} p{} has a marker that {}", p, static_cast<std::int64_t>(user),
                   right ? "says nothing" : "no page will ever meet"));
}

template <class G>
void Audit<G>::check_slots() {
  for (Slot s = 0; s < m_.config().slots; ++s) {
    const auto& info = m_.slot_info(s);
    if (!kernel::slot_count_is_exact(*this, s)) {
      find(Law::exact_count, fmt::format("slot {} of swap counts {} swap entries and has {}", s,
                                         info.count, namers_[s]));
    }
    if (info.cached == 0) continue;
    const auto frame = info.cached - 1;
    if (frame < m_.config().frames && cached(frame) && slot_of(frame) == s) continue;
    find(Law::no_dangling,
         fmt::format("frame {} is cached for slot {} and does not know it", frame, s));
  }
  for (Frame f = 0; f < m_.config().frames; ++f) {
    if (cached(f)) check_cached(f);
  }
}

template <class G>
void Audit<G>::check_cached(Frame f) {
  const auto slot = slot_of(f);
  if (!kernel::cached_frame_is_held(*this, f)) {
    find(Law::no_dangling,
         fmt::format("frame {} is cached for slot {}, and one of them is free or another's", f,
                     slot));
  } else if (!std::ranges::equal(m_.frame_bytes(f), m_.slot_bytes(slot))) {
    find(Law::isolation,
         fmt::format("frame {} is cached for slot {}, which has other bytes", f, slot));
  }
  if (huge_[f / M::fan] != 0) {
    find(Law::sole_writer,
         fmt::format("frame {} is cached for slot {}, and part of a huge page", f, slot));
  }
  if (m_.M::is_zero(f)) {
    find(Law::frugal, fmt::format("frame {}, a zero page, is cached for slot {}", f, slot));
  }
  if (!kernel::pinned_is_not_cached(*this, f)) {
    find(Law::pin_stable, fmt::format("frame {} is pinned, and cached for slot {}", f, slot));
  }
}

template class Audit<Tiny>;
template class Audit<X86_64>;

}  // namespace cow::machine
