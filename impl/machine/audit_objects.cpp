#include "impl/machine/audit.h"

// The part of the audit that looks at objects: shared memory, the file, and what else the machine
// holds itself.

namespace cow::machine {

using kernel::Law;

/// The machine holds the zero pages and the file as any other does.
template <class G>
void Audit<G>::note_own_pages() {
  const auto& header = m_.header();
  if (header.zero < m_.config().frames) hold(header.zero), ++kept_;
  if (header.huge_zero < m_.config().frames) ++huge_[header.huge_zero / M::fan], kept_ += M::fan;
  if (header.file >= m_.config().frames) return;
  ++holders_[header.file];
  kept_ += 1 + walk_object(header.file, M::levels - 1);
  tables_ = 0;  // those of the file are kept
}

/// A page from an object that this process has not touched yet shows what others wrote there.
template <class G>
void Audit<G>::note_untouched(std::uint32_t p) {
  for (const Area& area : m_.areas(p)) {
    if (!area.has_object()) continue;
    for (auto page = area.first; page < area.end; ++page) {
      auto& seen = note(p, page - m_.user_first());
      if (seen.bytes != nullptr) continue;
      const auto held = kernel::walk<M>(m_, area.object, area.object_page(page));
      if (held.level != 0 || !held.entry.present()) continue;
      if (held.entry.frame() >= m_.config().frames) continue;
      seen.bytes = m_.frame_bytes(held.entry.frame()).data();
    }
  }
}

/// Objects hold their pages once each, however many processes map them. Answers how many frames
/// are below the table.
template <class G>
std::uint32_t Audit<G>::walk_object(Frame table, int level) {
  std::uint32_t frames = 0;
  for (std::uint32_t i = 0; i < M::fan; ++i) {
    const Entry entry = m_.load_at(table, i);
    if (entry.swapped()) find(Law::isolation, "a page of shared memory went to swap");
    if (!entry.present() || entry.frame() >= m_.config().frames) continue;
    ++frames;
    if (level == 0) {
      hold(entry.frame());
      ++objects_[entry.frame()];
      if (entry.suspended()) find(Law::progress, "an object's entry was left out of use");
    } else {
      ++holders_[entry.frame()];
      ++tables_;
      frames += walk_object(entry.frame(), level - 1);
    }
  }
  return frames;
}

template class Audit<Tiny>;
template class Audit<X86_64>;

}  // namespace cow::machine
