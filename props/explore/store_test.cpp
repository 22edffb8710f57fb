#include "props/explore/store.h"

#include <algorithm>
#include <gtest/gtest.h>
#include <set>

#include "props/draw/random.h"

namespace cow::props::explore {
namespace {

std::uint64_t draw(Random& random) {
  return std::uint64_t{random.below(~0U)} << 32 | (random.below(~0U) + 1ULL);
}

/// Grows many times, and agrees with a plain set all the way.
TEST(FingerprintSets, HoldWhatWasInserted) {
  Random random(7);
  FingerprintSet seen;
  std::set<std::uint64_t> plain;
  std::array<std::uint64_t, shard_count> sizes{};
  while (plain.size() < 300000) {
    const auto print = draw(random);
    ++sizes[shard_of(print)];
    seen.reserve(std::ranges::max(sizes));
    const bool is_new = plain.insert(print).second;
    ASSERT_NE(seen.contains(print), is_new);
    ASSERT_EQ(seen.insert(print), is_new);
    ASSERT_FALSE(seen.insert(print));
  }
  for (const auto print : plain) ASSERT_TRUE(seen.contains(print));
  EXPECT_LT(seen.bytes(), 8 * 3 * plain.size());
}

/// Fingerprints that all want one slot, at the end of a shard's part, fill that part only.
TEST(FingerprintSets, KeepShardsApart) {
  FingerprintSet seen;
  seen.reserve(700);
  const auto last = (std::uint64_t{4} << 58) - 1;  // of shard 3
  for (std::uint64_t i = 0; i < 700; ++i) ASSERT_TRUE(seen.insert(last - i));
  const auto slots = seen.slots();
  const auto part = slots.size() / shard_count;
  for (std::size_t i = 0; i < slots.size(); ++i) {
    ASSERT_TRUE(slots[i] == 0 || i / part == 3) << i;
  }
  for (std::uint64_t i = 0; i < 700; ++i) ASSERT_TRUE(seen.contains(last - i));
  FingerprintSet copy;
  copy.add(slots);
  for (std::uint64_t i = 0; i < 700; ++i) ASSERT_TRUE(copy.contains(last - i));
  EXPECT_FALSE(copy.contains(last - 700));
}

}  // namespace
}  // namespace cow::props::explore
