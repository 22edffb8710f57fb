#include "impl/machine/describe.h"
#include "impl/machine/test_machine.h"

// Canaries: what the audit says of swap is said when it is so.

namespace cow::machine {
namespace {

/// P0 and P1 share a page; P1's is in slot 0, P0's in the frame that is cached for it.
struct AuditSwap : testing::Test {
  AuditSwap() {
    EXPECT_EQ(lab.map(0, 0, 1), kernel::Status::ok);
    EXPECT_EQ(lab.write(0, 0, 1), kernel::Status::ok);
    EXPECT_EQ(lab.system.fork(0, 1), kernel::Status::ok);
    EXPECT_EQ(lab.system.pageout(1, 0, 1), kernel::Status::ok);
    EXPECT_EQ(lab.findings(), "");
    frame = lab.walk(0, 0).entry.frame();
    EXPECT_TRUE(lab.m.cached(frame));
  }
  void expect_finding(const std::string& text) {
    EXPECT_NE(lab.findings().find(text), std::string::npos) << lab.findings();
  }
  void store(std::uint32_t p, Lab<Tiny>::M::Entry entry) {
    const auto at = lab.walk(p, 0);
    lab.m.store_at(at.table, kernel::index_at<Lab<Tiny>::M>(lab.m.user_first(), 0), entry);
  }
  Lab<Tiny> lab;
  std::uint32_t frame;
};
using Entry = Lab<Tiny>::M::Entry;

TEST_F(AuditSwap, CountsTheEntriesThatNameASlot) {
  lab.m.get_slot(0);
  expect_finding("exact-count: slot 0 of swap counts 2 swap entries and has 1");
}

TEST_F(AuditSwap, FindsAnEntryOfAFreeSlot) {
  store(1, Entry::in_swap(3, false));
  expect_finding("no-dangling: P1 p0 is in slot 3, which is free");
  store(1, Entry::in_swap(1000, false));
  expect_finding("no-dangling: P1 p0 is in slot 1000, which is free");
}

TEST_F(AuditSwap, FindsASlotThatIsNotAlone) {
  store(1, Entry::in_swap(0, true));
  expect_finding("sole-writer: P1 p0 has slot 0 to itself, which is in memory, too");
}

TEST_F(AuditSwap, FindsWhoHasACachedFrameAlone) {
  store(0, lab.walk(0, 0).entry.made_exclusive());
  expect_finding("sole-writer: P0 p0 has to itself frame");
}

TEST_F(AuditSwap, FindsACachedFrameThatIsPinned) {
  lab.m.get_pinned(frame);
  lab.m.set_pin(0, 0, frame, kernel::Access::read);
  expect_finding("pin-stable: frame " + std::to_string(frame) + " is pinned, and cached");
}

TEST_F(AuditSwap, FindsBytesThatDiffer) {
  const std::uint8_t other = 9;
  lab.m.write_bytes(frame, 3, {&other, 1});
  expect_finding("isolation: frame");
}

TEST_F(AuditSwap, FindsACacheThatOneSideDoesNotKnow) {
  lab.m.cached_[frame] = lab.m.no_longer;
  expect_finding("no-dangling: frame");
  lab.m.cached_[frame] = 1;
  lab.m.slots_[0].cached = 0;
  expect_finding("no-dangling: frame");
}

TEST_F(AuditSwap, FindsAFreeFrameInTheCache) {
  const auto spare = lab.m.allocate();
  ASSERT_TRUE(spare.ok);
  lab.m.cache(0, spare.frame);
  lab.m.uncache(frame);
  lab.m.put(spare.frame);
  lab.m.cached_[spare.frame] = 1;
  lab.m.slots_[0].cached = spare.frame + 1;
  expect_finding("no-dangling: frame");
}

TEST_F(AuditSwap, FindsASlotThatIsPutTwice) {
  store(1, Entry::none());
  lab.m.put_slot(0);
  lab.m.put_slot(0);
  expect_finding("no-dangling: slot 0 of swap was used, which nothing names");
}

TEST_F(AuditSwap, TellsWhereAPageIs) {
  const auto text = describe(lab.m);
  EXPECT_NE(text.find("--- slot 0, named 1 time, cached in frame"), std::string::npos) << text;
  EXPECT_NE(text.find("1 of 8 slots used"), std::string::npos) << text;
}

}  // namespace
}  // namespace cow::machine
