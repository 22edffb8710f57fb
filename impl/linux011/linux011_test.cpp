#include "impl/linux011/linux011.h"

#include <array>
#include <gtest/gtest.h>

namespace cow::linux011 {
namespace {

using historic::Result;
using historic::Right;

constexpr historic::Sizes sizes_for(std::uint32_t processes, std::uint32_t page_bytes) {
  return {page_bytes, page_bytes / 4, 16, processes, 1, 1200, false};
}

/// P0 has one page with a 7 in it.
void write_one_page(Linux011& system) {
  system.reset();
  const std::array<std::uint8_t, 1> seven = {7};
  ASSERT_EQ(system.map(0, 0, 1, Right::write, false), Result::ok);
  ASSERT_EQ(system.write(0, 0, 0, seven), Result::ok);
}

std::uint32_t count_of(const Linux011& system, std::uint32_t frame) {
  std::array<std::uint32_t, 1200> counts = {};
  system.counts(counts);
  return counts[frame - system.first_frame()];
}

/// The bits of a real entry: user, writable, present; fork takes the second.
TEST(Linux011, EntriesAreThoseOfA386) {
  Linux011 system(sizes_for(4, 4096), 0);
  write_one_page(system);
  EXPECT_EQ(system.look(0, 0).entry, system.look(0, 0).frame * 4096U | 7U);
  ASSERT_EQ(system.fork(0, 1), Result::ok);
  EXPECT_EQ(system.look(0, 0).entry & 7U, 5U);
  EXPECT_EQ(system.look(1, 0).entry, system.look(0, 0).entry);
}

/// 64 tasks share a page at most 64 times: the byte suffices, because NR_TASKS is small.
TEST(Linux011, AByteCountsAllTasksThatThereMayBe) {
  Linux011 system(sizes_for(Linux011::nr_tasks, 16), 0);
  write_one_page(system);
  for (std::uint32_t child = 1; child < Linux011::nr_tasks; ++child) {
    ASSERT_EQ(system.fork(0, child), Result::ok);
  }
  EXPECT_EQ(count_of(system, system.look(0, 0).frame), 64U);
}

/// With four times as many tasks it would not: the 256th sharer makes the count 0.
TEST(Linux011, AByteDoesNotCountFourTimesAsMany) {
  Linux011 system(sizes_for(256, 16), 0, 256);
  write_one_page(system);
  for (std::uint32_t child = 1; child < 255; ++child) {
    ASSERT_EQ(system.fork(0, child), Result::ok);
  }
  const auto frame = system.look(0, 0).frame;
  EXPECT_EQ(count_of(system, frame), 255U);
  ASSERT_EQ(system.fork(0, 255), Result::ok);
  EXPECT_EQ(count_of(system, frame), 0U);
  EXPECT_EQ(system.look(255, 0).frame, frame) << "mapped by 256, and free";
}

/// What fork had copied when memory ran out is given back by its caller, copy_mem.
TEST(Linux011, AForkThatFindsNoMemoryLeavesNothing) {
  Linux011 system(sizes_for(4, 16), any_address | brk_keeps | pipe_unverified | oom_kills);
  write_one_page(system);
  const auto before = system.spent().used_frames;
  for (std::uint32_t k = 1; k <= 2; ++k) {
    system.fail_allocation(k);
    EXPECT_EQ(system.fork(0, 1), Result::no_memory);
    EXPECT_EQ(system.spent().used_frames, before);
    EXPECT_FALSE(system.alive(1));
  }
  EXPECT_EQ(count_of(system, system.look(0, 0).frame), 1U);
}

}  // namespace
}  // namespace cow::linux011
