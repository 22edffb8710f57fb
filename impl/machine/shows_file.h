#pragma once

#include "impl/kernel/walk.h"
#include "impl/machine/byte_machine.h"

namespace cow::machine {

/// Does the page of a private mapping still show its object: is nothing there yet, or what the
/// object holds? `user`: counted from the start of user space.
template <class G>
bool shows_file(const ByteMachine<G>& m, std::uint32_t process, std::uint32_t user) {
  using M = ByteMachine<G>;
  const auto page = m.user_first() + user;
  const auto areas = m.areas(process);
  const auto area =
      std::ranges::find_if(areas, [&](const kernel::Area& a) { return page < a.end; });
  if (area == areas.end() || area->first > page || !area->has_object()) return false;
  const auto at = kernel::walk<M>(m, m.root(process), page);
  if (area->lost) return false;
  if (at.entry.empty()) return true;
  const auto held = kernel::walk<M>(m, area->object, area->object_page(page));
  return at.entry.present() && held.entry.present() && at.entry.frame() == held.entry.frame();
}

}  // namespace cow::machine
