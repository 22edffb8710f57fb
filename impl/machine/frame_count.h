#pragma once

#include <atomic>
#include <cstdint>

namespace cow::machine {

/// All that keeps one frame from being free, in one word: how many hold it singly (PTEs, objects,
/// or the owners of a table), and whether a huge leaf covers it. In two words, a put of the last
/// PTE and one of the last leaf would each see the other's reference gone and both free the frame.
class FrameCount {
 public:
  static constexpr std::uint32_t covered = 1U << 31;

  /// REQUIRES: nobody else knows the frame. `word`: its holders, or `covered`.
  void start(std::uint32_t word) { word_.store(word, std::memory_order_relaxed); }

  /// Acquire: who finds itself alone sees what the others did before they let go.
  std::uint32_t word() const { return word_.load(std::memory_order_acquire); }
  std::uint32_t holders() const { return word() & ~covered; }

  /// Relaxed: whoever gets has a reference already, which keeps the frame.
  void get() { word_.fetch_add(1, std::memory_order_relaxed); }

  /// The same for who has none. False when nobody holds it any more.
  bool get_unless_free() {
    for (auto seen = word(); seen != 0;) {
      if (word_.compare_exchange_weak(seen, seen + 1, std::memory_order_acq_rel)) return true;
    }
    return false;
  }

  enum class Put : std::uint8_t { others_hold, last, nobody_held };
  /// Release and acquire: whoever frees it comes after all that others did with it.
  Put put() {
    const auto before = word_.fetch_sub(1, std::memory_order_acq_rel);
    if ((before & ~covered) == 0) return word_.fetch_add(1), Put::nobody_held;
    return before == 1 ? Put::last : Put::others_hold;
  }
  /// Takes one holder away unless it is the only one; then the answer is false.
  bool put_unless_last() {
    auto seen = word();
    while (seen > 1) {
      if (word_.compare_exchange_weak(seen, seen - 1, std::memory_order_acq_rel)) return true;
    }
    return false;
  }
  /// The last leaf is gone. True when nothing else holds the frame.
  bool uncover() { return word_.fetch_and(~covered, std::memory_order_acq_rel) == covered; }

 private:
  std::atomic<std::uint32_t> word_ = 0;
};

}  // namespace cow::machine
