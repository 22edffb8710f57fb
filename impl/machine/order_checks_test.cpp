#include "impl/machine/order_checks.h"

#include "impl/machine/test_machine.h"

namespace cow::machine {
namespace {

/// P0 with a written page that no TLB caches.
struct WrittenPage : Lab<Tiny> {
  WrittenPage() {
    EXPECT_EQ(map(0, 0, 1), Status::ok);
    EXPECT_EQ(write(0, 0, 1), Status::ok);
    m.flush_process(0);
  }
};

/// The steps of its unmapping done by hand, in the right order or not.
struct OrderChecks : testing::Test {
  using M = TestMachine<Tiny>;

  std::string complaint() const {
    const auto& c = lab.m.header().complaint;
    return c.seen != 0 ? std::string(kernel::name(c.law)) + ": " + complaint_text(c) : "";
  }
  std::string about(const std::string& text) const {
    auto with_number = text;
    return with_number.replace(with_number.find('#'), 1, std::to_string(frame));
  }

  WrittenPage lab;
  M& m = lab.m;
  std::uint32_t table = lab.walk(0, 0).table, frame = lab.walk(0, 0).entry.frame();
  M::Place place = m.place(0, table, 0, m.user_first());
};

TEST_F(OrderChecks, PassTheRightOrder) {
  m.lock_table(table);
  m.store(place, M::Entry::none());
  m.flush(place);
  m.put(frame);
  m.unlock_table(table);
  EXPECT_EQ(complaint(), "");
  EXPECT_TRUE(m.is_free(frame));
}

TEST_F(OrderChecks, ComplainAboutAStoreWithoutTheLock) {
  m.store(place, M::Entry::none());
  EXPECT_EQ(complaint(), "progress: an entry was changed while table " + std::to_string(table) +
                             " was not locked");
}

TEST_F(OrderChecks, ComplainAboutAPutBeforeTheFlush) {
  m.lock_table(table);
  m.store(place, M::Entry::none());
  m.put(frame);
  EXPECT_EQ(complaint(),
            about("tlb-coherent: a reference to frame # was dropped while a TLB still reached it"));
}

TEST_F(OrderChecks, ComplainAboutAFlushBeforeTheStore) {
  m.lock_table(table);
  m.flush(place);
  m.store(place, M::Entry::none());
  m.put(frame);
  EXPECT_EQ(complaint(),
            about("tlb-coherent: a reference to frame # was dropped while a TLB still reached it"));
}

TEST_F(OrderChecks, ComplainAboutAPutBeforeTheStore) {
  m.lock_table(table);
  m.put(frame);
  EXPECT_EQ(complaint(), about("exact-count: a reference to frame # was dropped before the entry "
                               "that holds it had changed"));
}

TEST_F(OrderChecks, ComplainAboutAFrameThatIsMappedBeforeItIsFilled) {
  const auto fresh = m.allocate().frame;
  m.copy_page(fresh, frame);
  m.lock_table(table);
  m.store(place, M::Entry::leaf(fresh, true, true));
  EXPECT_EQ(complaint(), "");
  m.copy_page(fresh, frame);
  EXPECT_EQ(complaint(), "no-disclosure: frame " + std::to_string(fresh) +
                             " was filled when an entry named it already");
}

/// A processor may cache an entry whenever it likes; the checked machine does when it changes.
TEST_F(OrderChecks, AChangedEntryIsCachedUntilItsFlush) {
  const auto cpu = static_cast<std::uint32_t>(place.page % m.config().cpus);
  EXPECT_FALSE(m.tlb_find(cpu, 0, place.page, true));
  m.lock_table(table);
  m.store(place, m.load(place).write_protected());
  m.unlock_table(table);
  EXPECT_EQ(m.tlb_find(cpu, 0, place.page, true), frame);
  EXPECT_NE(lab.findings().find("tlb-coherent"), std::string::npos);
  m.flush(place);
  EXPECT_EQ(lab.findings(), "");
}

}  // namespace
}  // namespace cow::machine
