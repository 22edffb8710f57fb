#include "impl/machine/test_machine.h"

namespace cow::machine {
namespace {

using kernel::Event;
using kernel::Status;

/// Twelve pages that are written, of which a batch holds eight.
template <class G>
struct Batches : testing::Test {
  static Config config() {
    auto config = test_config<G>();
    config.batches = true;
    return config;
  }
  void SetUp() override {
    ASSERT_EQ(lab.map(0, 0, 12), Status::ok);
    for (std::uint64_t page = 0; page < 12; ++page) ASSERT_EQ(lab.write(0, page, 1), Status::ok);
    flushes = lab.events(Event::batch_flush);
    shootdowns = lab.events(Event::shootdown);
  }
  std::uint64_t batches() const { return lab.events(Event::batch_flush) - flushes; }

  Lab<G> lab{config()};
  std::uint64_t flushes = 0, shootdowns = 0;
};

TYPED_TEST_SUITE(Batches, Geometries);

TYPED_TEST(Batches, AnUnmapFlushesOnceForEightFrames) {
  ASSERT_EQ(this->lab.system.unmap(0, 0, 12), Status::ok);
  EXPECT_EQ(this->batches(), 2U);
  EXPECT_EQ(this->lab.events(Event::shootdown), this->shootdowns + 2);
  EXPECT_EQ(this->lab.findings(), "");
}

TYPED_TEST(Batches, AProtectFlushesOnce) {
  ASSERT_EQ(this->lab.system.protect(0, 1, 11, kernel::Access::read), Status::ok);
  EXPECT_EQ(this->batches(), 1U);
  EXPECT_EQ(this->lab.findings(), "");
  EXPECT_EQ(this->lab.write(0, 11, 2), Status::segfault);
}

TYPED_TEST(Batches, AnExitFlushesAndFreesAll) {
  ASSERT_EQ(this->lab.system.exec(0), Status::ok);
  EXPECT_EQ(this->batches(), 2U);
  EXPECT_EQ(this->lab.used(), 1U) << "the root table";
  EXPECT_EQ(this->lab.findings(), "");
}

TYPED_TEST(Batches, APageoutFlushesOnceATableAndKeepsWhatADeviceHas) {
  ASSERT_EQ(this->lab.system.pin(0, 0, {0, 1, kernel::Access::write}), Status::ok);
  ASSERT_EQ(this->lab.system.pageout(0, 0, 4), Status::ok);
  EXPECT_EQ(this->batches(), 1U) << "of one table";
  EXPECT_EQ(this->lab.events(Event::swap_out), 3U);
  EXPECT_TRUE(this->lab.walk(0, 1).entry.present());
  EXPECT_EQ(this->lab.findings(), "");
  for (std::uint64_t page = 0; page < 4; ++page) EXPECT_EQ(this->lab.at(0, page), 1);
}

/// Both are mapped by one process, and go to one slot.
TYPED_TEST(Batches, PagesOfOneFrameGoOneAfterAnother) {
  ASSERT_EQ(this->lab.system.merge(0, 0, 2), Status::ok);
  ASSERT_EQ(this->lab.walk(0, 0).entry.frame(), this->lab.walk(0, 1).entry.frame());
  ASSERT_EQ(this->lab.system.pageout(0, 0, 2), Status::ok);
  EXPECT_EQ(this->lab.events(Event::swap_out), 2U);
  EXPECT_EQ(this->lab.m.used_slots(), 1U);
  EXPECT_EQ(this->lab.findings(), "");
  EXPECT_EQ(this->lab.at(0, 0), 1);
  EXPECT_EQ(this->lab.at(0, 1), 1);
}

}  // namespace
}  // namespace cow::machine
