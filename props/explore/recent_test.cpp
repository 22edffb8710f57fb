#include "props/explore/recent.h"

#include <gtest/gtest.h>
#include <set>

#include "props/draw/random.h"

namespace cow::props::explore {
namespace {

TEST(Recent, HoldsWhatWasPutIn) {
  Recent recent;
  for (std::uint64_t round = 0; round < 3; ++round) {
    Random random(round);
    std::set<std::uint64_t> held;
    for (int i = 0; i < 5000; ++i) {
      // Few different low bits, so that many want the same slot.
      const auto fingerprint = 1 + (std::uint64_t{random.below(1000)} << 32 | random.below(8));
      ASSERT_EQ(recent.contains(fingerprint), held.contains(fingerprint));
      if (held.insert(fingerprint).second) recent.insert(fingerprint);
    }
    EXPECT_GT(held.size(), 3000U);
    recent.clear();
  }
}

}  // namespace
}  // namespace cow::props::explore
