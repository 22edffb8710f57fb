#pragma once

#include <cstdint>

#include "impl/kernel/dirty.h"

/// Mappings that are out of use for a while. A suspended entry holds its frame as before and
/// remembers what it allowed, but no CPU can use it and no pin takes it: whoever comes by it
/// faults, and waits for the space. Linux calls these migration entries. REQUIRES for all: the
/// caller holds the lock of the table that `place` lies in, and the space alone until the entry is
/// in use again.
namespace cow::kernel {

/// Takes a mapping out of use. Afterwards nobody moves bytes through it, and a pin without a lock
/// that found it before is counted. Linux: try_to_migrate_one.
/// REQUIRES: present at `place`.
template <class M>
void suspend_page(M& m, typename M::Place place) {
  change_entry(m, place, m.load(place), [](const auto& e) { return e.made_suspended(); });
  m.flush(place);
}

/// The mapping is in use again, as it was. REQUIRES: suspended.
template <class M>
void resume_page(M& m, typename M::Place place) {
  m.store(place, m.load(place).resumed());
}

/// The mapping is in use again, on another frame and otherwise as it was. `first`: it takes over
/// the reference that came with the new frame. Linux: remove_migration_pte. REQUIRES: suspended,
/// and the bytes of both frames are the same.
template <class M>
void resume_on(M& m, typename M::Place place, typename M::Frame fresh, bool first) {
  const auto entry = m.load(place);
  if (!first) m.get(fresh);
  m.store(place, entry.resumed().moved_to(fresh));
  m.put(entry.frame());
}

}  // namespace cow::kernel
