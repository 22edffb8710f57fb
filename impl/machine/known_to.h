#pragma once

#include <atomic>
#include <bit>

#include "impl/machine/spin_locks.h"

namespace cow::machine {

/// The CPUs that may have cached a translation of a process, or be on their way through its tables
/// (Linux: mm_cpumask): only these a shootdown has to wait for. A CPU says so before it walks, and
/// who flushes looks after the entry was changed. Both are atomic changes of one word: if the look
/// comes first, the CPU that adds itself behind it sees the changed entry.
class alignas(line_bytes) KnownTo {
 public:
  /// REQUIRES: the CPU is in an instruction, as for `remove` it is in none.
  void add(std::uint32_t cpu) {
    if ((cpus_.load(std::memory_order_relaxed) & bit(cpu)) != 0) return;
    cpus_.fetch_or(bit(cpu), std::memory_order_acq_rel);
  }
  /// REQUIRES: the CPU has nothing of the process any more.
  void remove(std::uint32_t cpu) { cpus_.fetch_and(~bit(cpu), std::memory_order_acq_rel); }
  /// REQUIRES: the process is not alive, and no CPU is in an instruction that found it alive.
  void reset() { cpus_.store(0, std::memory_order_relaxed); }

  /// Bit c: CPU c. Counts the looks above these bits, so that it is a change: compilers make of an
  /// addition of nothing a fence and a load, which behind the copy of a page takes 150 ns longer.
  std::uint32_t cpus() { return cpus_.fetch_add(bit(max_cpus), std::memory_order_acq_rel) & all; }

 private:
  static constexpr std::uint32_t bit(std::uint32_t cpu) { return std::uint32_t{1} << cpu; }
  static constexpr std::uint32_t all = (std::uint32_t{1} << max_cpus) - 1;

  std::atomic<std::uint32_t> cpus_ = 0;
};

}  // namespace cow::machine
