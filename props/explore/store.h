#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "impl/machine/storage.h"
#include "props/explore/byte_string.h"

/// Which states were seen, how each was reached, and those that are still to be expanded.
namespace cow::props::explore {

inline constexpr std::uint32_t shard_count = 64;
inline constexpr std::uint32_t shard_of(std::uint64_t fingerprint) {
  return static_cast<std::uint32_t>(fingerprint >> 58);
}

/// A set of 64-bit fingerprints, none of them 0: open addressing. Those of a shard lie in a part of
/// their own, so each may be filled by another thread. On huge pages: a look-up misses the TLB
/// otherwise, and a prefetch waits for that (3 % of a short run, more of a long one).
class FingerprintSet {
 public:
  /// Makes room. No part may hold more than `in_a_shard`. Not while others use the set.
  void reserve(std::uint64_t in_a_shard);

  // REQUIRES: `reserve` made room.
  bool contains(std::uint64_t fingerprint) const { return slots_[find(fingerprint)] != 0; }
  /// Says that `contains` or `insert` will be called soon.
  void prefetch(std::uint64_t fingerprint) const { __builtin_prefetch(&slots_[home(fingerprint)]); }
  /// False when it was in already.
  bool insert(std::uint64_t fingerprint);

  /// What it holds, and zeroes; and puts all that into a set.
  std::span<const std::uint64_t> slots() const { return {slots_, size()}; }
  void add(std::span<const std::uint64_t> slots);
  std::size_t bytes() const { return size() * sizeof(std::uint64_t); }

 private:
  std::size_t size() const { return bits_ == 0 ? 0 : std::size_t{1} << bits_; }
  std::size_t home(std::uint64_t fingerprint) const {
    return static_cast<std::size_t>(fingerprint >> (64 - bits_));
  }
  std::size_t find(std::uint64_t fingerprint) const;

  machine::Storage memory_{1};
  std::uint64_t* slots_ = nullptr;  ///< 0: empty
  unsigned bits_ = 0;               ///< of their number
};

/// States as byte strings, one behind the other.
struct Layer {
  ByteString bytes;
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
  std::vector<Link> links;  ///< [number]
  Layer now, next;

  std::size_t memory() const {
    return links.capacity() * sizeof(Link) + now.memory() + next.memory();
  }
};

struct Store {
  FingerprintSet seen;
  std::array<Shard, shard_count> shards;

  std::uint64_t states() const;
  std::uint64_t frontier() const;  ///< states of this layer
  std::uint64_t found() const;     ///< states of the next one until now
  std::size_t memory() const;
  void advance();  ///< the next layer becomes this one
};

}  // namespace cow::props::explore
