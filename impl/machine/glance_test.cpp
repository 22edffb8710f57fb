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
  explicit Life(std::uint64_t seed) : dice{seed}, glance(m) {}

  void act() {
    const auto p = dice.below(4), page = dice.below(16), count = 1 + dice.below(16 - page);
    const auto access = static_cast<Access>(dice.below(3));
    if (dice.below(8) == 0) system.fail_allocation(1 + dice.below(4));
    switch (dice.below(swaps ? 13 : 11)) {
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
      case 11:
        system.pageout(p, page, 1 + dice.below(count));
        break;
      case 12:
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

TEST(GlanceTest, LeavesPagesInSwapToTheProperLook) {
  Life life(2);
  life.swaps = true;
  int left = 0;
  for (int i = 0; i < 5000 && !testing::Test::HasFailure(); ++i) {
    life.act();
    EXPECT_EQ(life.glance.fine(), life.m.used_slots() == 0) << "operation " << i;
    EXPECT_TRUE(life.audit.look_properly());
    left += life.m.used_slots() == 0 ? 0 : 1;
  }
  EXPECT_GT(left, 300);
}

/// A byte of the metadata or of a page table, but not how many areas a process has: neither look
/// can know that there is no room for so many.
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
    bool is_count = false;
    for (std::uint32_t p = 0; p < life.m.config().procs; ++p) {
      const auto* count = reinterpret_cast<const std::uint8_t*>(&life.m.processes_[p].areas);
      is_count |= byte >= count && byte < count + sizeof(std::uint32_t);
    }
    if (!is_count) return at;
  }
}

TEST(GlanceTest, IsNeverFineWhereTheProperLookFindsSomething) {
  int wrong = 0;
  for (std::uint64_t seed = 0; seed < 60; ++seed) {
    Life life(seed);
    for (int i = 0; i < 60; ++i) life.act();
    for (int flip = 0; flip < 400; ++flip) {
      if (flip % 8 == 0) life.act();
      ASSERT_TRUE(life.glance.fine());
      auto& byte = life.m.block_bytes()[any_byte(life)];
      const auto bit = static_cast<std::byte>(1U << life.dice.below(8));
      byte ^= bit;
      const bool quick = life.glance.fine(), slow = life.audit.look_properly();
      EXPECT_FALSE(quick && !slow) << "seed " << seed << ", flip " << flip << "\n"
                                   << life.findings();
      if (quick) expect_same_pages(life);
      wrong += slow ? 0 : 1;
      byte ^= bit;
      if (testing::Test::HasFailure()) return;
    }
  }
  EXPECT_GT(wrong, 4000) << "the flips break too little to say anything";
}

}  // namespace
}  // namespace cow::machine
