#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <thread>

#include "impl/machine/this_cpu.h"

/// Locks of the parallel machine. All are held for well under a microsecond, so who waits looks
/// again at once; after a while it lets other threads run, since its CPU may be the one that the
/// holder needs.
namespace cow::machine {

/// One line of a cache: what two CPUs write to lies in lines of their own.
inline constexpr std::size_t line_bytes = 64;

class Patience {
 public:
  void wait() {
    if (++tries_ % 128 == 0) std::this_thread::yield();
  }

 private:
  unsigned tries_ = 0;
};

/// Acquire, so that what the last holder did is seen.
inline void spin_lock(std::uint8_t& word) {
  const std::atomic_ref<std::uint8_t> lock(word);
  for (Patience patience; lock.exchange(1, std::memory_order_acquire) != 0;) {
    while (lock.load(std::memory_order_relaxed) != 0) patience.wait();
  }
}
/// False when it was not held.
inline bool spin_unlock(std::uint8_t& word) {
  return std::atomic_ref<std::uint8_t>(word).exchange(0, std::memory_order_release) != 0;
}

class SpinLock {
 public:
  void lock() { spin_lock(word_); }
  bool unlock() { return spin_unlock(word_); }
  /// For who looks when all is quiet.
  bool held() const { return word_ != 0; }

 private:
  std::uint8_t word_ = 0;
};

/// Held alone, or shared by many. Each CPU that shares it says so in a cache line of its own, and
/// who wants it alone looks at all of them: so two CPUs that fault in one process do not fight
/// over a count of readers. Both sides first say what they want, then look at the other, in the
/// one order of sequential consistency: at least one of them sees the other. Who shares gives way.
class SharedSpinLock {
 public:
  void lock() {
    for (Patience patience; alone_.exchange(1) != 0;) {
      while (held_alone()) patience.wait();
    }
    for (const auto& sharer : sharers_) {
      for (Patience patience; sharer.count.load() != 0;) patience.wait();
    }
  }
  bool unlock() { return alone_.exchange(0, std::memory_order_release) != 0; }

  void share() {
    auto& mine = sharers_[this_cpu()].count;
    for (Patience patience;;) {
      mine.fetch_add(1);
      if (alone_.load() == 0) return;
      mine.fetch_sub(1, std::memory_order_release);
      while (held_alone()) patience.wait();
    }
  }
  bool unshare() { return sharers_[this_cpu()].count.fetch_sub(1, std::memory_order_release) != 0; }

  /// How often it is held. For who looks when all is quiet.
  std::uint32_t holders() const {
    std::uint32_t count = held_alone() ? 1 : 0;
    for (const auto& sharer : sharers_) count += sharer.count.load(std::memory_order_relaxed);
    return count;
  }

 private:
  bool held_alone() const { return alone_.load(std::memory_order_relaxed) != 0; }

  struct alignas(line_bytes) Sharer {
    std::atomic<std::uint32_t> count = 0;
  };

  alignas(line_bytes) std::atomic<std::uint32_t> alone_ = 0;
  std::array<Sharer, max_cpus> sharers_;
};

}  // namespace cow::machine
