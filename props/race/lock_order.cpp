#include "props/race/lock_order.h"

#include <bit>

namespace cow::props::race {

void LockOrder::clear() {
  for (const auto object : known_) index_[object] = none;
  known_.clear();
  after_.clear();
  for (auto& held : held_) held = 0;
}

bool LockOrder::take(unsigned task, std::uint32_t object) {
  if (index_[object] == none) {
    if (after_.size() == max_locks) return true;
    index_[object] = static_cast<std::uint8_t>(after_.size());
    known_.push_back(object);
    after_.push_back(0);
  }
  const auto taken = index_[object];
  const auto bit = std::uint64_t{1} << taken;
  const bool right = (after_[taken] & held_[task]) == 0;
  for (auto held = held_[task]; held != 0; held &= held - 1) {
    const auto from = static_cast<std::size_t>(std::countr_zero(held));
    if ((after_[from] & bit) != 0) continue;
    for (std::size_t i = 0; i < after_.size(); ++i) {
      const bool before = i == from || (after_[i] >> from & 1) != 0;
      if (before) after_[i] |= bit | after_[taken];
    }
  }
  held_[task] |= bit;
  return right;
}

void LockOrder::release(unsigned task, std::uint32_t object) {
  if (index_[object] != none) held_[task] &= ~(std::uint64_t{1} << index_[object]);
}

}  // namespace cow::props::race
