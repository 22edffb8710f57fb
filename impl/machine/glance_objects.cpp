#include <algorithm>

#include "impl/machine/glance.h"

// How a Glance follows objects: each holds its pages once, however many areas map it.

namespace cow::machine {

/// Whether it is walked again is decided later: it may be gone, and its frames another's.
template <class G>
bool Glance<G>::forget_if_changed(Object& object) {
  object.changed = !std::ranges::all_of(
      object.tables, [this](const Table& table) { return table.words == words(table.frame); });
  if (object.changed) forget(object);
  return object.changed;
}

template <class G>
bool Glance<G>::walk_object(Object& object, Frame table, int level) {
  const bool root = level == M::levels - 1;
  if (!remember(object.tables, table, level, 0)) return false;
  if (root) tally_.drop_table(table, Owner::tree);  // counted once an area instead
  for (const auto word : words(table)) {
    const Entry entry(word);
    if (entry.empty()) continue;
    if (entry.swapped() || entry.huge()) return false;  // of the pool, or wrong
    if (level > 0) {
      if (!walk_object(object, entry.frame(), level - 1)) return false;
      continue;
    }
    if (entry.frame() >= m_.config().frames || entry.suspended()) return false;
    tally_.add_object(entry.frame());
  }
  return true;
}

template <class G>
void Glance<G>::forget(Object& object) {
  for (const auto& table : object.tables) {
    if (table.level < M::levels - 1) tally_.drop_table(table.frame, Owner::tree);
    if (table.level > 0) continue;
    for (const auto word : table.words) {
      if (!Entry(word).empty()) tally_.drop_object(Entry(word).frame());
    }
  }
  object.tables.clear();
}

template <class G>
bool Glance<G>::map_objects(const std::vector<Area>& areas) {
  for (const Area& area : areas) {
    if (!area.has_object()) continue;
    if (area.object >= m_.config().frames) return false;
    tally_.add_table(area.object, Owner::area);
    const auto known = std::ranges::find(objects_, area.object, &Object::root);
    if (known != objects_.end()) {
      ++known->mappings;
      continue;
    }
    objects_changed_ = true;
    auto& object = objects_.emplace_back(area.object, 1U, false, std::vector<Table>());
    if (!walk_object(object, area.object, M::levels - 1)) return false;
  }
  return true;
}

template <class G>
void Glance<G>::unmap_objects(const std::vector<Area>& areas) {
  for (const Area& area : areas) {
    if (!area.has_object()) continue;
    tally_.drop_table(area.object, Owner::area);
    const auto object = std::ranges::find(objects_, area.object, &Object::root);
    if (--object->mappings > 0) continue;
    forget(*object);
    objects_.erase(object);
    objects_changed_ = true;
  }
}

template class Glance<Tiny>;

}  // namespace cow::machine
