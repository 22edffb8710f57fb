#include <fmt/format.h>

#include "impl/machine/audit.h"

// The part of the audit that looks at objects: shared memory, the file, and what else the machine
// holds itself.

namespace cow::machine {

using kernel::Law;

/// The machine holds the zero pages, the pool and the files as any other does.
template <class G>
void Audit<G>::note_own_pages() {
  const auto& header = m_.header();
  if (header.zero < m_.config().frames) hold(header.zero), ++kept_;
  if (header.huge_zero < m_.config().frames) ++huge_[header.huge_zero / M::fan], kept_ += M::fan;
  for (std::uint32_t b = 0; b < m_.config().pool; ++b) ++huge_[b], kept_ += M::fan;
  for (const auto file : {header.file, header.pool_file}) {
    if (file >= m_.config().frames) continue;
    ++holders_[file];
    kept_ += 1 + walk_object(file, M::levels - 1);
  }
  tables_ = 0;  // those of the files are kept
}

/// A page from an object that this process has not touched yet shows what others wrote there.
template <class G>
void Audit<G>::note_untouched(std::uint32_t p) {
  for (const Area& area : m_.areas(p)) {
    if (!area.has_object() || area.lost) continue;
    for (auto page = area.first; page < area.end; ++page) {
      auto& seen = note(p, page - m_.user_first());
      if (seen.bytes != nullptr) continue;
      const auto held = held_entry(area, page);
      if (!held.present() || held.frame() >= m_.config().frames) continue;
      seen.bytes = m_.frame_bytes(held.frame()).data();
    }
  }
}

/// What the area's object holds for the page; of a huge page its part.
template <class G>
typename Audit<G>::Entry Audit<G>::held_entry(const Area& area, std::uint64_t page) const {
  const auto number = area.object_page(page);
  const auto at = kernel::walk<M>(m_, area.object, number);
  if (at.level == 0) return at.entry;
  const bool huge = at.level == 1 && at.entry.present() && at.entry.huge();
  return huge ? at.entry.sub_page(static_cast<Frame>(number % M::fan)) : Entry::none();
}

/// What the pool owes is what its owners do not have yet, and it has that.
template <class G>
void Audit<G>::check_promises() {
  std::uint32_t owed = 0, free = 0;
  for (std::uint32_t p = 0; p < m_.config().procs; ++p) {
    if (!m_.alive(p) || !in_order_[p]) continue;
    for (const Area& area : m_.areas(p)) {
      for (auto page = area.first; area.reserved && page < area.end; page += M::fan) {
        const auto& entry = note(p, page - m_.user_first()).entry;
        owed += !entry.present() || of_object(entry.frame()) ? 1U : 0U;
      }
    }
  }
  for (std::uint32_t b = 0; b < m_.config().pool; ++b) {
    free += m_.M::huge_references(b * M::fan) == 0 ? 1U : 0U;
  }
  const auto promised = m_.header().promised;
  if (promised == owed && owed <= free) return;
  find(Law::exact_count, fmt::format("the pool has promised {} huge pages, owes {} and has {} free",
                                     promised, owed, free));
}

/// A huge page that an object holds is the pool's, which counts its frames.
template <class G>
void Audit<G>::walk_held_huge(Entry entry) {
  const auto head = entry.frame();
  if (head % M::fan != 0 || !m_.pooled(head)) {
    return find(Law::no_dangling, fmt::format("an object has a huge leaf on frame {}", head));
  }
  ++huge_[head / M::fan];
  for (Frame f = head; f < head + M::fan; ++f) ++objects_[f];
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
    if (level == 1 && entry.huge()) {
      walk_held_huge(entry);
      continue;
    }
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
