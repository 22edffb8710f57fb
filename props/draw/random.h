#pragma once

#include <cstdint>

namespace cow::props {

/// The project's own random numbers (SplitMix64: Steele, Lea, Flood, OOPSLA 2014), so that a seed
/// means the same on every compiler and library; std distributions do not promise that.
class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}

  std::uint64_t next() {
    std::uint64_t z = state_ += 0x9e3779b97f4a7c15;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
  }

  /// Uniform in [0, bound); 0 when bound is 0. The bias of one in 2^32 does not matter here.
  std::uint32_t below(std::uint32_t bound) {
    return static_cast<std::uint32_t>((next() >> 32) * bound >> 32);
  }
  /// Uniform in [low, high].
  std::uint32_t between(std::uint32_t low, std::uint32_t high) {
    return low + below(high - low + 1);
  }
  bool one_in(std::uint32_t n) { return below(n) == 0; }
  bool percent(std::uint32_t p) { return below(100) < p; }

 private:
  std::uint64_t state_;
};

/// An independent seed for part `index` of a run with `seed`.
inline std::uint64_t seed_of(std::uint64_t seed, std::uint64_t index) {
  return Random(seed ^ (index * 0xd1342543de82ef95)).next();
}

}  // namespace cow::props
