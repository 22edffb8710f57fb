#pragma once

#include <array>
#include <atomic>
#include <bit>

#include "impl/machine/spin_locks.h"

namespace cow::machine {

/// The CPUs that may have cached a translation of a process, or be on their way through its tables:
/// only these a shootdown has to wait for (Linux: mm_cpumask). Kept for parts of the address space,
/// so that threads that work in different parts do not wait for each other: two that copied pages
/// were slower than one, 0.65 times, since each shootdown moves some cache lines to and fro.
///
/// A CPU says that it may know a part before it walks, and who flushes looks after the entry was
/// changed. Both are atomic changes of one word: if the look comes first, the CPU that adds itself
/// behind it sees the changed entry.
class KnownTo {
 public:
  /// REQUIRES: the CPU is in an instruction, as for `remove` it is in none.
  void add(std::uint32_t cpu, std::uint64_t part) {
    auto& word = word_of(part);
    if ((word.load(std::memory_order_relaxed) & bit(cpu)) != 0) return;
    word.fetch_or(bit(cpu), std::memory_order_acq_rel);
  }
  /// REQUIRES: the CPU has nothing of the process any more.
  void remove(std::uint32_t cpu) {
    for (auto& part : parts_) part.cpus.fetch_and(~bit(cpu), std::memory_order_acq_rel);
  }
  /// REQUIRES: the process is not alive, and no CPU is in an instruction that found it alive.
  void reset() {
    for (auto& part : parts_) part.cpus.store(0, std::memory_order_relaxed);
  }

  /// Bit c: CPU c. Counts the looks above these bits, so that it is a change: compilers make of an
  /// addition of nothing a fence and a load, which behind the copy of a page takes 150 ns longer.
  std::uint32_t cpus(std::uint64_t part) {
    return word_of(part).fetch_add(bit(max_cpus), std::memory_order_acq_rel) & all;
  }
  std::uint32_t cpus_of_all() {
    std::uint32_t cpus = 0;
    for (std::uint64_t part = 0; part < parts; ++part) cpus |= this->cpus(part);
    return cpus;
  }

 private:
  static constexpr std::uint64_t parts = 16;  ///< numbered round and round
  static constexpr std::uint32_t all = (std::uint32_t{1} << max_cpus) - 1;
  static constexpr std::uint32_t bit(std::uint32_t cpu) { return std::uint32_t{1} << cpu; }

  struct alignas(line_bytes) Part {
    std::atomic<std::uint32_t> cpus = 0;
  };
  std::atomic<std::uint32_t>& word_of(std::uint64_t part) { return parts_[part % parts].cpus; }

  std::array<Part, parts> parts_;
};

}  // namespace cow::machine
