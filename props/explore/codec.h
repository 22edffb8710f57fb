#pragma once

#include <span>
#include <vector>

#include "props/explore/canonical.h"
#include "props/explore/rebuild.h"

namespace cow::props::explore {

/// States as byte strings: in canonical form where reduction is asked for and the state has one,
/// else in exact form. The first byte says which.
class Codec {
 public:
  Codec(const Scope& scope, bool reduce)
      : reduce_(reduce && !scope.numbers_matter()), canonical_(scope), rebuild_(scope) {}

  /// Valid until the next call.
  std::span<const std::uint8_t> write(Pair& pair);
  void read(std::span<const std::uint8_t> form, Pair& pair);

  /// How the processes of the state that `write` saw last were renamed: slot i is order()[i].
  const Symmetry::Order& order() const { return order_; }

 private:
  bool reduce_;
  Canonical canonical_;
  Rebuild rebuild_;
  Symmetry::Order order_{};
  std::vector<std::uint8_t> room_;
};

/// 64 bits of a byte string, for telling states apart. Two given strings agree by chance once in
/// 2^64. Never 0. The same on every machine of one byte order.
std::uint64_t fingerprint(std::span<const std::uint8_t> bytes);

}  // namespace cow::props::explore
