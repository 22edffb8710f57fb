#include <algorithm>
#include <utility>

#include "impl/kernel/laws.h"
#include "impl/machine/alike.h"
#include "impl/machine/glance.h"

// How a Glance follows the trees of tables: what is not as it was is taken back from the tally.

namespace cow::machine {

template <class G>
typename Glance<G>::Words Glance<G>::words(Frame table) const {
  Words words;
  std::memcpy(words.data(), m_.frame_bytes(table).data(), sizeof words);
  return words;
}

/// The table is in use and its memory is compared from now on. False: it cannot be one.
template <class G>
bool Glance<G>::remember(std::vector<Table>& tables, Frame table, int level, std::uint64_t base) {
  if (table >= m_.config().frames || tables.size() > m_.config().frames) return false;
  tally_.add_table(table, Owner::tree);
  tables.push_back({table, level, base, words(table)});
  return true;
}

template <class G>
bool Glance<G>::same_areas(const Space& space, std::uint32_t p) const {
  const auto areas = m_.areas(p);
  return space.areas.size() == areas.size() &&
         (areas.empty() || std::memcmp(space.areas.data(), areas.data(), areas.size_bytes()) == 0);
}

/// Notes what is not as it was; whether it is right is then up to pages_are_right.
template <class G>
bool Glance<G>::refresh(std::uint32_t p) {
  auto& space = spaces_[p];
  const auto& info = m_.process_info(p);
  if (std::memcmp(&space.pins, &m_.pins(p), sizeof(Pins)) != 0 && !refresh_pins(p)) return false;
  if (info.alive != space.info.alive || info.root != space.info.root) return rebuild(p);
  if (info.alive == 0) return true;
  if (!same_areas(space, p) && !refresh_areas(p)) return false;
  for (auto& table : space.tables) {
    if (table.words == words(table.frame)) continue;
    if (table.level > 0) return rebuild(p);
    if (!refresh_leaves(p, table)) return false;
  }
  return true;
}

/// What is pinned must not be given up, whoever maps it. The dead hold none, and between operations
/// nothing of this is locked.
template <class G>
bool Glance<G>::refresh_pins(std::uint32_t p) {
  auto& space = spaces_[p];
  for (const auto& pin : space.pins.at) {
    if (pin.access != kernel::Access::none) tally_.drop_pin(pin.frame);
  }
  space.pins = Pins{};
  objects_changed_ = true;  // so that all pages are looked at
  const auto& now = m_.pins(p);
  if (now.locked != 0 || now.protecting != 0) return false;
  for (std::uint32_t slot = 0; slot < pins_per_process; ++slot) {
    const auto& pin = now.at[slot];
    if (pin.access == kernel::Access::none) continue;
    if (!m_.alive(p) || pin.frame >= m_.config().frames) return false;
    tally_.add_pin(pin.frame);
    space.pins.at[slot] = pin;
  }
  return true;
}

template <class G>
bool Glance<G>::rebuild(std::uint32_t p) {
  auto& space = spaces_[p];
  space.changed = true;
  const bool same = space.info.alive == m_.process_info(p).alive && same_areas(space, p);
  space.info = m_.process_info(p);
  for (const auto& table : space.tables) tally_.drop_table(table.frame, Owner::tree);
  space.tables.clear();
  for (std::uint32_t user = 0; user < m_.config().pages; ++user) forget_leaf(p, user);
  if (!same && !refresh_areas(p)) return false;
  return space.info.alive == 0 || walk_table(p, space.info.root, M::levels - 1, 0);
}

template <class G>
bool Glance<G>::refresh_areas(std::uint32_t p) {
  auto& space = spaces_[p];
  space.changed = true;
  const auto areas = m_.alive(p) ? m_.areas(p) : std::span<const Area>();
  before_.swap(space.areas);
  space.areas.assign(areas.begin(), areas.end());
  auto end = m_.user_first();
  const Area* left = nullptr;
  for (const Area& area : areas) {
    if (area.first < end || area.end <= area.first || area.end > m_.user_end()) return false;
    if (left != nullptr && could_be_one(*left, area)) return false;
    if (area.hugetlb || area.reserved || area.lost) return false;  // it knows nothing of pools
    end = area.end;
    left = &area;
  }
  if (!map_objects(space.areas)) return false;
  unmap_objects(before_);
  space.shares = std::ranges::any_of(space.areas, &Area::has_object);
  auto* page = row(p);
  for (const Area& area : areas) {
    for (; page < row(p) + (area.first - m_.user_first()); ++page) page->area = nullptr;
    for (; page < row(p) + (area.end - m_.user_first()); ++page) page->area = &area;
  }
  for (; page < row(p) + m_.config().pages; ++page) page->area = nullptr;
  return true;
}

template <class G>
bool Glance<G>::refresh_leaves(std::uint32_t p, Table& table) {
  spaces_[p].changed = true;
  const auto before = std::exchange(table.words, words(table.frame));
  for (std::uint32_t i = 0; i < M::fan; ++i) {
    if (before[i] == table.words[i]) continue;
    const auto page = table.base + i;
    if (before[i] != 0) forget_leaf(p, page - m_.user_first());
    if (table.words[i] != 0 && !note_leaf(p, page, Entry(table.words[i]))) return false;
  }
  return true;
}

template <class G>
bool Glance<G>::walk_table(std::uint32_t p, Frame table, int level, std::uint64_t base) {
  if (!remember(spaces_[p].tables, table, level, base)) return false;
  const auto step = kernel::span<M>(level);
  const auto now = spaces_[p].tables.back().words;
  for (std::uint32_t i = 0; i < M::fan; ++i) {
    const Entry entry(now[i]);
    if (entry == Entry::none()) continue;
    if (level > 0 && (!entry.present() || (!entry.huge() && !entry.writable()))) {
      return alarmed_by(table, i);
    }
    const auto page = base + i * step;
    const bool right = level == 0     ? note_leaf(p, page, entry)
                       : entry.huge() ? note_huge(p, page, entry)
                                      : walk_table(p, entry.frame(), level - 1, page);
    if (!right) return false;
  }
  return true;
}

/// Others have the table below, too. While the entry stays as it is, the next look would not follow
/// it either: so it is not begun. Always false.
template <class G>
bool Glance<G>::alarmed_by(Frame table, std::uint32_t index) {
  const auto word = words(table)[index];
  const auto below = Entry(word).frame();
  const auto is_table = [this](Frame f) { return m_.frame_info(f).kind == FrameKind::table; };
  if (below < m_.config().frames && is_table(table) && is_table(below) &&
      m_.frame_info(below).count > 1) {
    alarm_ = {table, index, word};
  }
  return false;
}

template <class G>
bool Glance<G>::still_alarmed() const {
  return alarm_.table != none && words(alarm_.table)[alarm_.index] == alarm_.word;
}

template <class G>
bool Glance<G>::note_leaf(std::uint32_t p, std::uint64_t page, Entry entry) {
  const auto user = page - m_.user_first();  // wraps, and is too large, below user space
  if (user >= m_.config().pages) return false;
  auto& seen = row(p)[user];
  if (entry.swapped()) return note_swapped(seen, entry);
  if (entry.empty()) return seen.entry = entry, true;
  if (entry.frame() >= m_.config().frames || entry.suspended()) return false;
  tally_.add_small(entry.frame(), entry.exclusive());
  seen.entry = entry;
  seen.bytes = m_.frame_bytes(entry.frame()).data();
  return true;
}

template <class G>
bool Glance<G>::note_huge(std::uint32_t p, std::uint64_t page, Entry entry) {
  const auto user = page - m_.user_first();
  const auto head = entry.frame(), frames = m_.config().frames;
  if (user >= m_.config().pages || head % M::fan != 0 || entry.suspended()) return false;
  if (head >= frames || M::fan > frames - head) return false;
  tally_.add_huge(head, entry.exclusive());
  for (std::uint32_t i = 0; i < M::fan; ++i) {
    auto& seen = row(p)[user + i];
    seen.entry = entry.sub_page(i);
    seen.bytes = m_.frame_bytes(head + i).data();
    seen.huge = true;
  }
  return true;
}

template <class G>
void Glance<G>::forget_leaf(std::uint32_t p, std::uint64_t user) {
  auto& seen = row(p)[user];
  if (seen.entry.empty() && !seen.huge) return void(seen.entry = Entry::none());
  if (seen.entry.swapped()) {
    namers_[seen.entry.slot()].all -= 1;
    namers_[seen.entry.slot()].exclusive -= seen.entry.exclusive() ? 1U : 0U;
    namers_changed_ = true;
  } else if (seen.huge && user % M::fan == 0) {
    tally_.drop_huge(seen.entry.frame(), seen.entry.exclusive());
  } else if (!seen.huge && seen.entry.present()) {
    tally_.drop_small(seen.entry.frame(), seen.entry.exclusive());
  }
  seen.entry = Entry::none();
  seen.bytes = nullptr;
  seen.huge = false;
}

/// The laws about the entries of a process, and that no table is empty where nothing is mapped.
template <class G>
bool Glance<G>::pages_are_right(std::uint32_t p) {
  const auto& space = spaces_[p];
  for (Page* seen = row(p); seen < row(p) + m_.config().pages; ++seen) {
    seen->mapped = seen->area != nullptr;
    seen->access = seen->mapped ? seen->area->access : kernel::Access::none;
    if (seen->entry.empty()) {
      seen->bytes = nullptr;  // be there a marker or not
      const bool marker = seen->entry.is_marker(), right = marker && may_have_marker(*seen);
      if (seen->entry != Entry::none() && !right) return false;
      continue;
    }
    if (seen->entry.swapped()) {  // slots_are_right looks at the slot
      if (!seen->mapped || seen->area->is_shared()) return false;
      continue;
    }
    if (!seen->mapped || !kernel::entry_within_area(*this, seen->entry, *seen->area)) return false;
    if (!kernel::writer_is_exclusive(*this, seen->entry, *seen->area)) return false;
    if (seen->entry.exclusive() && seen->area->is_shared()) return false;
    if (!kernel::trapped_is_not_writable(*this, seen->entry)) return false;
    if (!kernel::unwritten_is_not_writable(*this, seen->entry)) return false;
    if (!kernel::pinned_is_dirty(*this, seen->entry)) return false;
    if (!seen->area->has_object() && of_object(seen->entry.frame())) return false;
  }
  for (const auto& table : space.tables) {
    const auto end = table.base + kernel::span<M>(table.level + 1);
    if (table.level == M::levels - 1 || table.words != Words{}) continue;
    if (std::ranges::none_of(space.areas, [&](const Area& area) {
          return area.first < end && table.base < area.end;
        })) {
      return false;
    }
  }
  return !space.shares || sharers_agree(p);
}

/// A page that this process has not touched yet shows what others wrote to its object.
template <class G>
bool Glance<G>::sharers_agree(std::uint32_t p) {
  for (const Area& area : spaces_[p].areas) {
    if (!area.has_object()) continue;
    for (auto page = area.first; page < area.end; ++page) {
      auto& seen = row(p)[page - m_.user_first()];
      const auto held = kernel::walk<M>(m_, area.object, area.object_page(page));
      const auto entry = held.level == 0 ? held.entry : Entry::none();
      if (!kernel::sharers_agree(*this, seen.entry, area, entry)) return false;
      if (!seen.entry.empty()) continue;
      seen.bytes = entry.present() ? m_.frame_bytes(entry.frame()).data() : nullptr;
    }
  }
  return true;
}

template class Glance<Tiny>;

}  // namespace cow::machine
