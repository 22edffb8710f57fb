#include "impl/machine/glance.h"

#include "impl/machine/test_machine.h"

// The glance beside the proper look: on sound machines it is never alarmed and sees the same; on
// machines with a flipped bit it is never satisfied where the proper look is not.

namespace cow::machine {
namespace {

using kernel::Access;

/// Small random numbers (a linear congruential generator; Knuth's MMIX constants).
struct Dice {
  std::uint64_t state;
  std::uint32_t below(std::uint32_t bound) {
    state = state * 6364136223846793005U + 1442695040888963407U;
    return static_cast<std::uint32_t>((state >> 33) % bound);
  }
};

/// A life of random system calls and accesses.
struct Life : Lab<Tiny> {
  explicit Life(std::uint64_t seed, const Config& config = test_config<Tiny>())
      : Lab<Tiny>(config), dice{seed}, glance(m) {}

  void act() {
    const auto p = dice.below(4), page = dice.below(16), count = 1 + dice.below(16 - page);
    const auto access = static_cast<Access>(dice.below(3));
    if (dice.below(8) == 0) system.fail_allocation(1 + dice.below(4));
    switch (dice.below(swaps ? 15 : 13)) {
      case 0:
        system.map(p, page, count, {access, dice.below(3) == 0, dice.below(2) == 0});
        break;
      case 1:
        system.unmap(p, page, 1 + dice.below(count));
        break;
      case 2:
        system.protect(p, page, 1 + dice.below(count), access);
        break;
      case 3:
        system.fork(p, dice.below(4));
        break;
      case 4:
        if (p != 0 && dice.below(3) == 0) system.exit(p);
        break;
      case 5:
        system.collapse(p, page, count);
        if (dice.below(2) == 0) system.split(p, page, 1);
        break;
      case 6:
        system.migrate(p, page, count);
        if (dice.below(2) == 0) system.compact(p);
        break;
      case 7:
        system.merge(p, page, count);
        break;
      case 8:
        system.unmerge(p, page, 1);
        break;
      case 13:
        system.pageout(p, page, 1 + dice.below(count));
        break;
      case 14:
        if (dice.below(4) == 0) system.swapoff(p);
        break;
      default: {
        const std::uint8_t value = 7;
        std::uint8_t got = 0;
        const auto cpu = dice.below(2);
        const auto at = std::uint64_t{page} * M::page_bytes;
        if (dice.below(2) == 0) system.write(p, cpu, at, {&value, 1});
        system.read(p, cpu, at, {&got, 1});
      }
    }
    system.fail_allocation(0);
  }

  /// One that is cached for a slot; none when none is.
  std::uint32_t cached_frame() const {
    for (std::uint32_t f = 0; f < m.config().frames; ++f) {
      if (m.cached(f)) return f;
    }
    return none;
  }

  Dice dice;
  bool swaps = false;
  Glance<Tiny> glance;
};

void expect_same_pages(const Life& life) {
  const auto& c = life.m.config();
  for (std::uint32_t p = 0; p < c.procs; ++p) {
    for (std::uint32_t i = 0; i < c.pages; ++i) {
      const auto& quick = life.glance.pages()[p * c.pages + i];
      const auto& slow = life.audit.seen(p, i);
      EXPECT_TRUE(quick.mapped == slow.mapped && quick.access == slow.access &&
                  quick.bytes == slow.bytes && quick.entry == slow.entry &&
                  quick.huge == slow.huge && quick.area == slow.area)
          << "P" << p << " p" << i;
    }
  }
  EXPECT_EQ(life.glance.tables(), life.audit.tables());
}

TEST(GlanceTest, SeesWhatTheProperLookSeesAndIsNeverAlarmed) {
  Life life(1);
  for (int i = 0; i < 20000 && !testing::Test::HasFailure(); ++i) {
    if (life.dice.below(200) == 0) life.system.reset();
    life.act();
    if (life.dice.below(4) == 0) continue;  // several operations may lie between two looks
    EXPECT_TRUE(life.glance.fine()) << "operation " << i;
    EXPECT_TRUE(life.audit.look_properly());
    expect_same_pages(life);
  }
}

TEST(GlanceTest, FollowsPagesInSwap) {
  Life life(2);
  life.swaps = true;
  int swapped = 0, cached = 0;
  for (int i = 0; i < 10000 && !testing::Test::HasFailure(); ++i) {
    life.act();
    if (life.dice.below(4) == 0) continue;
    EXPECT_TRUE(life.glance.fine()) << "operation " << i;
    EXPECT_TRUE(life.audit.look_properly());
    expect_same_pages(life);
    swapped += life.m.used_slots() != 0 ? 1 : 0;
    cached += life.cached_frame() != none ? 1 : 0;
  }
  EXPECT_GT(swapped, 500);
  EXPECT_GT(cached, 100);
}

/// Not even begun while the entry is there that it cannot follow, and back when nobody shares.
TEST(GlanceTest, LeavesSharedTablesToTheProperLook) {
  Config config = test_config<Tiny>();
  config.fork = kernel::ForkPolicy::on_demand;
  Life life(3, config);
  ASSERT_EQ(life.map(0, 0, 4), kernel::Status::ok);
  ASSERT_EQ(life.write(0, 0, 1), kernel::Status::ok);
  ASSERT_TRUE(life.glance.fine());
  ASSERT_EQ(life.system.fork(0, 1), kernel::Status::ok);
  for (int i = 0; i < 3; ++i) EXPECT_FALSE(life.glance.fine());
  EXPECT_TRUE(life.audit.look_properly());
  ASSERT_EQ(life.system.exit(1), kernel::Status::ok);
  ASSERT_EQ(life.write(0, 0, 2), kernel::Status::ok);  // takes the mark away
  EXPECT_TRUE(life.glance.fine());
  EXPECT_TRUE(life.audit.look_properly());
  expect_same_pages(life);
}

bool counts_areas(const Life& life, const std::uint8_t* byte) {
  for (std::uint32_t p = 0; p < life.m.config().procs; ++p) {
    const auto* count = reinterpret_cast<const std::uint8_t*>(&life.m.processes_[p].areas);
    if (byte >= count && byte < count + sizeof(std::uint32_t)) return true;
  }
  return false;
}

/// A byte of the metadata or of a page table, but not how many areas a
/// process has: neither look can know that there is no room for so many.
std::size_t any_byte(Life& life) {
  using M = Life::M;
  const auto bytes =
      static_cast<std::size_t>(life.m.frame_bytes(0).data() -
                               reinterpret_cast<const std::uint8_t*>(life.m.block_bytes().data()));
  for (;;) {
    if (life.dice.below(3) == 0) {
      const auto frame = life.dice.below(life.m.config().frames);
      if (life.m.frame_info(frame).kind != FrameKind::table) continue;
      return bytes + frame * M::page_bytes + life.dice.below(M::page_bytes);
    }
    const auto at = life.dice.below(static_cast<std::uint32_t>(bytes));
    const auto* byte = reinterpret_cast<const std::uint8_t*>(life.m.block_bytes().data() + at);
    if (!counts_areas(life, byte)) return at;
  }
}

TEST(GlanceTest, IsNeverFineWhereTheProperLookFindsSomething) {
  int wrong = 0;
  for (std::uint64_t seed = 0; seed < 60; ++seed) {
    Life life(seed);
    life.swaps = seed % 2 != 0;
    for (int i = 0; i < 60; ++i) life.act();
    for (int flip = 0; flip < 400; ++flip) {
      if (flip % 8 == 0) life.act();
      ASSERT_TRUE(life.glance.fine()) << "seed " << seed << ", flip " << flip;
      auto& byte = life.m.block_bytes()[any_byte(life)];
      const auto bit = static_cast<std::byte>(1U << life.dice.below(8));
      byte ^= bit;
      const bool quick = life.glance.fine(), slow = life.audit.look_properly();
      EXPECT_FALSE(quick && !slow) << "seed " << seed << ", flip " << flip << "\n"
                                   << (slow ? "" : life.audit.findings().front().text);
      if (quick) expect_same_pages(life);
      wrong += slow ? 0 : 1;
      byte ^= bit;
      if (testing::Test::HasFailure()) return;
    }
  }
  EXPECT_GT(wrong, 4000) << "the flips break too little to say anything";
}

/// Two processes have p0, one of them in swap, so that its frame is cached; p1 is in swap for both,
/// and p2 for P0 alone.
void swap_some(Life& life) {
  using kernel::Status;
  ASSERT_EQ(life.map(0, 0, 3), Status::ok);
  ASSERT_EQ(life.write(0, 0, 1), Status::ok);
  ASSERT_EQ(life.write(0, 1, 2), Status::ok);
  ASSERT_EQ(life.system.fork(0, 1), Status::ok);
  ASSERT_EQ(life.write(0, 2, 3), Status::ok);
  ASSERT_EQ(life.system.pageout(0, 0, 3), Status::ok);
  ASSERT_EQ(life.system.pageout(1, 1, 1), Status::ok);
  ASSERT_NE(life.cached_frame(), none);
  ASSERT_EQ(life.m.used_slots(), 3U);
}

/// Every bit of the machine in turn, whatever it is.
TEST(GlanceTest, IsNeverFineWhereABitOfSwapIsWrong) {
  Life life(4);
  swap_some(life);
  const auto block = life.m.block_bytes();
  int wrong = 0;
  for (std::size_t at = 0; at < block.size() && !testing::Test::HasFailure(); ++at) {
    if (counts_areas(life, reinterpret_cast<const std::uint8_t*>(&block[at]))) continue;
    for (int i = 0; i < 8; ++i) {
      const auto bit = static_cast<std::byte>(1U << i);
      block[at] ^= bit;
      const bool quick = life.glance.fine(), slow = life.audit.look_properly();
      EXPECT_FALSE(quick && !slow) << "byte " << at << ", bit " << i << "\n"
                                   << (slow ? "" : life.audit.findings().front().text);
      wrong += slow ? 0 : 1;
      block[at] ^= bit;
      EXPECT_TRUE(life.glance.fine());
    }
  }
  EXPECT_GT(wrong, 2000) << "the flips break too little to say anything";
}

}  // namespace
}  // namespace cow::machine
