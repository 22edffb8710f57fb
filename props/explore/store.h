#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

/// Which states were seen, how each was reached, and those that are still to be expanded.
namespace cow::props::explore {

/// A set of 64-bit fingerprints, none of them 0: open addressing, at most three quarters full.
class FingerprintSet {
 public:
  bool contains(std::uint64_t fingerprint) const;
  /// Says that `contains` will be asked soon.
  void prefetch(std::uint64_t fingerprint) const {
    if (!slots_.empty()) __builtin_prefetch(&slots_[fingerprint & (slots_.size() - 1)]);
  }
  /// False when it was in already.
  bool insert(std::uint64_t fingerprint);
  std::uint64_t size() const { return size_; }
  std::size_t bytes() const { return slots_.capacity() * sizeof(std::uint64_t); }
  std::vector<std::uint64_t>& slots() { return slots_; }
  void recount();  ///< after `slots` were read from a file

 private:
  std::size_t find(std::uint64_t fingerprint) const;
  void grow();

  std::vector<std::uint64_t> slots_;  ///< 0: empty
  std::uint64_t size_ = 0;
};

/// States as byte strings, one behind the other.
struct Layer {
  std::vector<std::uint8_t> bytes;
  std::vector<std::uint32_t> sizes;
  std::uint64_t first = 0;  ///< number of its first state in its shard

  void add(std::span<const std::uint8_t> state);
  void clear();
  std::size_t memory() const { return bytes.capacity() + sizes.capacity() * sizeof(std::uint32_t); }
};

/// How a state was reached: from which state, by which operation of the scope.
struct Link {
  std::uint64_t word = 0;

  static Link of(std::uint32_t shard, std::uint64_t number, std::uint32_t op) {
    return {std::uint64_t{shard} << 58 | number << 16 | op};
  }
  std::uint32_t shard() const { return static_cast<std::uint32_t>(word >> 58); }
  std::uint64_t number() const { return word >> 16 & ((std::uint64_t{1} << 42) - 1); }
  std::uint32_t op() const { return static_cast<std::uint32_t>(word & 0xffff); }
};

/// All states whose fingerprints begin with the same bits. The number of shards is fixed, since
/// the order in which states are expanded, and with it the counterexample, follows from it.
struct Shard {
  FingerprintSet seen;
  std::vector<Link> links;  ///< [number]
  Layer now, next;

  std::size_t memory() const {
    return seen.bytes() + links.capacity() * sizeof(Link) + now.memory() + next.memory();
  }
};

inline constexpr std::uint32_t shard_count = 64;
inline constexpr std::uint32_t shard_of(std::uint64_t fingerprint) {
  return static_cast<std::uint32_t>(fingerprint >> 58);
}

struct Store {
  std::array<Shard, shard_count> shards;

  std::uint64_t states() const;
  std::uint64_t frontier() const;  ///< states of this layer
  std::uint64_t found() const;     ///< states of the next one until now
  std::size_t memory() const;
  void advance();  ///< the next layer becomes this one
};

}  // namespace cow::props::explore
