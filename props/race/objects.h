#pragma once

#include <cstdint>

#include "impl/machine/block.h"

namespace cow::props::race {

/// Numbers for all that CPUs share in a machine.
class Objects {
 public:
  Objects(const machine::Config& c, std::uint32_t fan)
      : procs_(c.procs), cpus_(c.cpus), frames_((c.frames + fan - 1) / fan * fan), fan_(fan) {}

  std::uint32_t allocator() const { return 0; }
  std::uint32_t process(std::uint32_t p) const { return 1 + p; }
  std::uint32_t areas(std::uint32_t p) const { return 1 + procs_ + p; }
  std::uint32_t space_lock(std::uint32_t p) const { return 1 + 2 * procs_ + p; }
  /// Held by a CPU while it executes a load or store.
  std::uint32_t instruction(std::uint32_t cpu) const { return 1 + 3 * procs_ + cpu; }
  /// What a CPU has cached of one process.
  std::uint32_t tlb(std::uint32_t cpu, std::uint32_t p) const {
    return 1 + 3 * procs_ + cpus_ + cpu * procs_ + p;
  }
  std::uint32_t table_lock(std::uint32_t f) const { return frame(0, f); }
  /// The bytes of a frame, be they entries of a table.
  std::uint32_t memory(std::uint32_t f) const { return frame(1, f); }
  std::uint32_t count(std::uint32_t f) const { return frame(2, f); }
  // Of the block that the frame lies in: its huge leaves, and the sum of its frames' counts.
  std::uint32_t leaves(std::uint32_t f) const { return frame(3, sane(f) / fan_); }
  std::uint32_t sum(std::uint32_t f) const { return frame(4, sane(f) / fan_); }
  /// How many pins hold the frame.
  std::uint32_t pins(std::uint32_t f) const { return frame(5, f); }
  std::uint32_t pins_lock(std::uint32_t p) const { return frame(6, 0) + p; }
  /// Whether a fork takes write permission from the process.
  std::uint32_t protecting(std::uint32_t p) const { return frame(6, 0) + procs_ + p; }
  std::uint32_t swap_lock() const { return frame(6, 0) + 2 * procs_; }
  /// All of swap: what is in which slot, and which frames are cached.
  std::uint32_t swap() const { return frame(6, 0) + 2 * procs_ + 1; }
  /// How often the process's translations were flushed.
  std::uint32_t generation(std::uint32_t p) const { return frame(6, 0) + 2 * procs_ + 2 + p; }
  /// Which process a CPU runs.
  std::uint32_t running(std::uint32_t cpu) const { return frame(6, 0) + 3 * procs_ + 2 + cpu; }
  std::uint32_t end() const { return frame(6, 0) + 3 * procs_ + 2 + cpus_; }

 private:
  std::uint32_t sane(std::uint32_t f) const { return f < frames_ ? f : 0; }
  std::uint32_t frame(std::uint32_t section, std::uint32_t f) const {
    return 1 + 3 * procs_ + cpus_ + cpus_ * procs_ + section * frames_ + sane(f);
  }

  std::uint32_t procs_, cpus_, frames_, fan_;
};

}  // namespace cow::props::race
