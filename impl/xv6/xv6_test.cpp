#include "impl/xv6/xv6.h"

#include <array>
#include <gtest/gtest.h>

namespace cow::xv6 {
namespace {

using historic::Result;
using historic::Right;

constexpr historic::Sizes sizes = {4096, 512, 1024, 6, 2, 64, false};

void write_one_page(Xv6& system) {
  system.reset();
  const std::array<std::uint8_t, 1> seven = {7};
  ASSERT_EQ(system.map(0, 0, 1, Right::write, false), Result::ok);
  ASSERT_EQ(system.write(0, 0, 0, seven), Result::ok);
}

/// Flags V, R, W, U; the frame from bit 10 on; bit 8 says copy-on-write.
TEST(Xv6, EntriesAreThoseOfSv39) {
  Xv6 system(sizes, 0);
  write_one_page(system);
  const auto frame = std::uint64_t{system.look(0, 0).frame};
  EXPECT_EQ(system.look(0, 0).entry, frame << 10 | 0x17U);
  ASSERT_EQ(system.fork(0, 1), Result::ok);
  EXPECT_EQ(system.look(0, 0).entry, frame << 10 | 0x113U);
  EXPECT_EQ(system.look(1, 0).entry, system.look(0, 0).entry);
}

/// P0 and up to three children count each other in bits 8 and 9; the next child gets a copy.
TEST(Xv6Rsw, TwoBitsCountThreeOthers) {
  Xv6Rsw system(sizes, 0);
  write_one_page(system);
  const auto frame = system.look(0, 0).frame;
  for (std::uint32_t child = 1; child <= 3; ++child) {
    ASSERT_EQ(system.fork(0, child), Result::ok);
    EXPECT_EQ(system.look(child, 0).frame, frame);
    for (std::uint32_t p = 0; p <= child; ++p) {
      EXPECT_EQ(system.look(p, 0).entry >> 8 & 3U, child);
    }
  }
  ASSERT_EQ(system.fork(0, 4), Result::ok);
  EXPECT_NE(system.look(4, 0).frame, frame);
  EXPECT_EQ(*system.bytes(system.look(4, 0).frame), 7);
  EXPECT_EQ(system.look(0, 0).entry >> 8 & 3U, 3U);
  ASSERT_EQ(system.exit(2), Result::ok);
  EXPECT_EQ(system.look(0, 0).entry >> 8 & 3U, 2U);
}

}  // namespace
}  // namespace cow::xv6
