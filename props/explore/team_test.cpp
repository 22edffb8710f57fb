#include "props/explore/team.h"

#include <atomic>
#include <gtest/gtest.h>
#include <numeric>
#include <stdexcept>
#include <string>

namespace cow::props::explore {
namespace {

TEST(Team, EveryMemberWorksOnceARound) {
  for (const std::size_t size : {1U, 2U, 3U, 7U}) {
    Team team(size);
    ASSERT_EQ(team.size(), size);
    std::vector<int> times(size);  // each is written by its own member only
    for (int round = 1; round <= 300; ++round) {
      team.run([&](std::size_t member) { ++times[member]; });
      ASSERT_EQ(times, std::vector<int>(size, round));
    }
  }
}

/// If they took turns, nobody would ever meet the others.
TEST(Team, WorksAtTheSameTime) {
  Team team(3);
  std::atomic<int> arrived = 0;
  team.run([&](std::size_t) {
    ++arrived;
    while (arrived < 3) std::this_thread::yield();
  });
  EXPECT_EQ(arrived, 3);
}

TEST(Team, ARoundSeesWhatTheOneBeforeWrote) {
  Team team(4);
  std::vector<std::uint64_t> now(4, 1), next(4);
  for (int round = 0; round < 20; ++round) {
    team.run([&](std::size_t i) { next[i] = std::accumulate(now.begin(), now.end(), i); });
    team.run([&](std::size_t i) { now[i] = next[i]; });
  }
  std::vector<std::uint64_t> want(4, 1);
  for (int round = 0; round < 20; ++round) {
    const auto sum = std::accumulate(want.begin(), want.end(), std::uint64_t{0});
    for (std::size_t i = 0; i < 4; ++i) want[i] = sum + i;
  }
  EXPECT_EQ(now, want);
}

TEST(Team, PassesOnWhatTheLowestThrows) {
  Team team(3);
  for (std::size_t lowest = 0; lowest < 3; ++lowest) {
    std::string text;
    try {
      team.run([&](std::size_t i) {
        if (i >= lowest) throw std::runtime_error(std::to_string(i));
      });
    } catch (const std::runtime_error& error) {
      text = error.what();
    }
    EXPECT_EQ(text, std::to_string(lowest));
    int rounds = 0;
    team.run([&](std::size_t i) { rounds += i == 0 ? 1 : 0; });
    EXPECT_EQ(rounds, 1);
  }
}

}  // namespace
}  // namespace cow::props::explore
