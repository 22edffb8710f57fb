#include "props/draw/random.h"

#include <gtest/gtest.h>
#include <set>

namespace cow::props {
namespace {

TEST(Random, IsSplitMix64) {
  Random random(1234567);  // the values of the published test vector
  EXPECT_EQ(random.next(), 6457827717110365317U);
  EXPECT_EQ(random.next(), 3203168211198807973U);
  EXPECT_EQ(random.next(), 9817491932198370423U);
}

TEST(Random, StaysWithinItsBounds) {
  Random random(1);
  std::set<std::uint32_t> below, between;
  for (int i = 0; i < 1000; ++i) {
    below.insert(random.below(5));
    between.insert(random.between(3, 6));
    EXPECT_EQ(random.below(0), 0U);
    EXPECT_FALSE(random.percent(0));
    EXPECT_TRUE(random.percent(100));
    EXPECT_TRUE(random.one_in(1));
  }
  EXPECT_EQ(below, (std::set<std::uint32_t>{0, 1, 2, 3, 4}));
  EXPECT_EQ(between, (std::set<std::uint32_t>{3, 4, 5, 6}));
}

TEST(Random, SeedsOfPartsDiffer) {
  std::set<std::uint64_t> seeds;
  for (std::uint64_t seed = 0; seed < 100; ++seed) {
    for (std::uint64_t part = 0; part < 100; ++part) seeds.insert(seed_of(seed, part));
  }
  EXPECT_EQ(seeds.size(), 10'000U);
}

}  // namespace
}  // namespace cow::props
