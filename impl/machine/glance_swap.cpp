#include <algorithm>
#include <cstring>

#include "impl/kernel/laws.h"
#include "impl/machine/glance.h"

// How a Glance follows swap: who names which slot is tallied entry by entry, and what slots and
// frames say of each other is looked at anew when it is not as it was.

namespace cow::machine {

template <class G>
bool Glance<G>::note_swapped(Page& seen, Entry entry) {
  if (entry.slot() >= m_.config().slots) return false;
  namers_[entry.slot()].all += 1;
  namers_[entry.slot()].exclusive += entry.exclusive() ? 1U : 0U;
  namers_changed_ = true;
  seen.entry = entry;
  seen.bytes = m_.slot_bytes(entry.slot()).data();
  return true;
}

/// REQUIRES: the tally matches the machine. The bytes of what is cached may change at any time, and
/// so may who else has the frame.
template <class G>
bool Glance<G>::slots_are_right() {
  const auto& config = m_.config();
  const bool same = !namers_changed_ &&
                    (config.slots == 0 || std::memcmp(slots_.data(), &m_.slot_info(0),
                                                      config.slots * sizeof(SlotInfo)) == 0) &&
                    std::memcmp(links_to_slots_.data(), m_.cached_slots(),
                                config.frames * sizeof(links_to_slots_[0])) == 0;
  if (!same && !slots_are_told_right()) return false;
  return std::ranges::all_of(cached_, [this](Frame f) { return cached_is_right(f); });
}

/// Each slot counts those that name it, who names it alone does, and it and a frame know each
/// other.
template <class G>
bool Glance<G>::slots_are_told_right() {
  const auto& config = m_.config();
  for (typename M::Slot s = 0; s < config.slots; ++s) {
    const auto& info = slots_[s] = m_.slot_info(s);
    if (info.count != namers_[s].all) return false;
    if (namers_[s].exclusive != 0 && (info.count != 1 || info.cached != 0)) return false;
    if (info.cached == 0) continue;
    if (info.cached > config.frames || m_.cached_slots()[info.cached - 1] != s + 1) return false;
  }
  cached_.clear();
  for (Frame f = 0; f < config.frames; ++f) {
    const auto link = links_to_slots_[f] = m_.cached_slots()[f];
    if (link == 0 || link == M::no_longer) continue;
    if (link > config.slots || slots_[link - 1].cached != f + 1) return false;
    if (slots_[link - 1].count == 0) return false;
    cached_.push_back(f);
  }
  namers_changed_ = false;
  return true;
}

/// A frame that is cached for a slot is in use, has its bytes, and is nobody's alone.
template <class G>
bool Glance<G>::cached_is_right(Frame f) const {
  if (m_.is_free(f) || m_.frame_info(f).pins != 0 || tally_.exclusive(f)) return false;
  if (m_.block_info(f / M::fan).leaves != 0 || m_.is_zero(f)) return false;
  return std::ranges::equal(m_.frame_bytes(f), m_.slot_bytes(links_to_slots_[f] - 1));
}

template class Glance<Tiny>;

}  // namespace cow::machine
