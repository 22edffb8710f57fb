#pragma once

#include <cstdint>

namespace cow::machine {

/// How many threads may run one parallel machine.
inline constexpr std::uint32_t max_cpus = 8;

/// Which CPU the calling thread is; 0 unless an ActAsCpu says otherwise.
inline std::uint32_t& this_cpu() {
  constinit thread_local std::uint32_t cpu = 0;
  return cpu;
}

/// While it lives, the calling thread is this CPU of a parallel machine.
/// REQUIRES: no other thread is, and cpu < max_cpus.
class ActAsCpu {
 public:
  explicit ActAsCpu(std::uint32_t cpu) : before_(this_cpu()) { this_cpu() = cpu; }
  ~ActAsCpu() { this_cpu() = before_; }
  ActAsCpu(const ActAsCpu&) = delete;
  ActAsCpu& operator=(const ActAsCpu&) = delete;

 private:
  std::uint32_t before_;
};

}  // namespace cow::machine
