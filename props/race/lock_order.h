#pragma once

#include <cstdint>
#include <vector>

namespace cow::props::race {

/// Which lock was taken while which other was held, in one execution. Two locks that are taken in
/// both orders can deadlock, even where this schedule did not (Linux: lockdep).
class LockOrder {
 public:
  static constexpr unsigned max_locks = 64;  ///< more are not watched

  explicit LockOrder(std::uint32_t objects) : index_(objects, none) {}

  void clear();
  /// `task` takes the lock. False when some lock that it holds was taken while this one was held.
  bool take(unsigned task, std::uint32_t object);
  void release(unsigned task, std::uint32_t object);
  /// The next lock of this name is another one.
  void forget(std::uint32_t object) { index_[object] = none; }

 private:
  static constexpr std::uint8_t none = 0xff;

  std::vector<std::uint8_t> index_;   ///< [object]: its number here
  std::vector<std::uint32_t> known_;  ///< objects that have a number
  std::vector<std::uint64_t> after_;  ///< [lock]: all that were taken while it was held, and so on
  std::uint64_t held_[4] = {};        ///< [task]
};

}  // namespace cow::props::race
