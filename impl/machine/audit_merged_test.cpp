#include "impl/machine/describe.h"
#include "impl/machine/test_machine.h"

// Canaries: what the audit says of merged frames is said when it is so.

namespace cow::machine {
namespace {

/// p0 and p1 of P0 share a frame since a merge; p2 has one alone.
struct AuditMerged : testing::Test {
  AuditMerged() {
    EXPECT_EQ(lab.map(0, 0, 3), kernel::Status::ok);
    for (std::uint64_t page = 0; page < 3; ++page) {
      EXPECT_EQ(lab.write(0, page, page == 2 ? 2 : 1), kernel::Status::ok);
    }
    EXPECT_EQ(lab.system.merge(0, 0, 3), kernel::Status::ok);
    EXPECT_EQ(lab.findings(), "");
    frame = lab.walk(0, 0).entry.frame();
    alone = lab.walk(0, 2).entry.frame();
  }
  void expect_finding(const std::string& text) {
    EXPECT_NE(lab.findings().find(text), std::string::npos) << lab.findings();
  }
  Lab<Tiny> lab;
  std::uint32_t frame, alone;
};

TEST_F(AuditMerged, CountsThem) {
  ++lab.m.header_->merged;
  expect_finding("exact-count: 1 frames are merged, the machine counts 2");
}

TEST_F(AuditMerged, FindsOneThatSomebodyHasAlone) {
  lab.m.offer(alone);
  expect_finding("sole-writer: P0 p2 has to itself frame");
}

TEST_F(AuditMerged, FindsOneThatIsFree) {
  const auto spare = lab.m.allocate();
  lab.m.put(spare.frame);
  lab.m.offer(spare.frame);
  expect_finding("is offered to merges, but nobody's page");
}

TEST_F(AuditMerged, FindsOneThatIsPinned) {
  lab.m.get_pinned(frame);
  lab.m.set_pin(0, 0, frame, kernel::Access::read);
  expect_finding("is merged and pinned");
}

TEST_F(AuditMerged, FindsOneUnderAHugeLeaf) {
  const auto head = lab.m.allocate_huge();
  ASSERT_TRUE(head.ok);
  lab.m.offer(head.frame);
  expect_finding("is merged, and part of a huge page");
}

TEST_F(AuditMerged, FindsTwoThatAreAlike) {
  const std::uint8_t one = 1;
  lab.m.write_bytes(alone, 0, {&one, 1});
  lab.m.offer(alone);
  expect_finding("frugal: the merged frames");
}

TEST_F(AuditMerged, IsTold) {
  EXPECT_NE(describe(lab.m).find("2 holders, merged"), std::string::npos) << describe(lab.m);
}

}  // namespace
}  // namespace cow::machine
