#include <algorithm>

#include "impl/machine/test_machine.h"

namespace cow::machine {
namespace {

using kernel::Law;

// All through the layer of Frames: what is above it also watches who puts a frame when.

template <class G>
struct FramesTest : testing::Test {};

/// Takes every whole block, so that only the first one, which holds P0's root, has free frames.
template <class M>
std::vector<std::uint32_t> take_all_blocks(M& m) {
  std::vector<std::uint32_t> heads;
  for (auto got = m.allocate_huge(); got.ok; got = m.allocate_huge()) heads.push_back(got.frame);
  return heads;
}

template <class M>
std::vector<std::uint32_t> take_all_frames(M& m) {
  std::vector<std::uint32_t> frames;
  for (auto got = m.allocate(); got.ok; got = m.allocate()) frames.push_back(got.frame);
  return frames;
}

TYPED_TEST_SUITE(FramesTest, Geometries);

TYPED_TEST(FramesTest, GivesOneFrameHeldOnce) {
  Lab<TypeParam> lab;
  Frames<TypeParam>& m = lab.m;
  const auto free = m.free_frames();
  const auto got = m.allocate();
  ASSERT_TRUE(got.ok);
  EXPECT_EQ(got.frame, 1U) << "the block that the root broke comes first";
  EXPECT_EQ(m.frame_info(got.frame).kind, FrameKind::data);
  EXPECT_EQ(m.references(got.frame), 1U);
  EXPECT_FALSE(m.is_free(got.frame));
  EXPECT_EQ(m.free_frames(), free - 1);
  m.get(got.frame);
  m.put(got.frame);
  EXPECT_FALSE(m.is_free(got.frame));
  m.put(got.frame);
  EXPECT_TRUE(m.is_free(got.frame));
  EXPECT_EQ(m.free_frames(), free);
  EXPECT_EQ(lab.findings(), "");
}

TYPED_TEST(FramesTest, GivesAnAlignedHugeFrame) {
  Lab<TypeParam> lab;
  Frames<TypeParam>& m = lab.m;
  const auto free = m.free_frames();
  const auto got = m.allocate_huge();
  ASSERT_TRUE(got.ok);
  EXPECT_EQ(got.frame % m.fan, 0U);
  EXPECT_EQ(m.huge_references(got.frame), 1U);
  EXPECT_EQ(m.free_frames(), free - m.fan);
  for (std::uint32_t i = 0; i < m.fan; ++i) {
    EXPECT_EQ(m.references(got.frame + i), 1U) << "the leaf covers sub-page " << i;
    EXPECT_FALSE(m.is_free(got.frame + i));
  }
  m.get_huge(got.frame);
  m.put_huge(got.frame);
  EXPECT_EQ(m.free_frames(), free - m.fan);
  m.put_huge(got.frame);
  EXPECT_EQ(m.free_frames(), free);
  EXPECT_EQ(lab.findings(), "");
}

TYPED_TEST(FramesTest, ABlockIsWholeAgainWhenAllItsFramesAreFree) {
  Lab<TypeParam> lab;
  Frames<TypeParam>& m = lab.m;
  const auto heads = take_all_blocks(m);
  EXPECT_EQ(heads.size(), m.config().frames / m.fan - 1);
  m.put_huge(heads[0]);
  auto singles = take_all_frames(m);  // first the rest of the root's block, then this one
  ASSERT_EQ(singles.size(), 2 * m.fan - 1);
  EXPECT_FALSE(m.allocate_huge().ok);
  for (const auto f : singles) {
    EXPECT_FALSE(m.allocate_huge().ok);
    m.put(f);
  }
  const auto again = m.allocate_huge();
  ASSERT_TRUE(again.ok);
  EXPECT_EQ(again.frame, heads[0]);
  EXPECT_FALSE(m.allocate_huge().ok) << "the root's block is not whole";
}

TYPED_TEST(FramesTest, APartialLastBlockServesSingleFramesOnly) {
  auto config = test_config<TypeParam>();
  config.frames = 3 * Lab<TypeParam>::fan + 2;  // one of these two is P0's root
  Lab<TypeParam> lab(config);
  Frames<TypeParam>& m = lab.m;
  EXPECT_EQ(take_all_blocks(m).size(), 3U);
  const auto last = m.allocate();
  ASSERT_TRUE(last.ok);
  EXPECT_EQ(last.frame, config.frames - 1);
  EXPECT_FALSE(m.allocate().ok) << "what lies behind the last frame does not exist";
  m.put(last.frame);
  EXPECT_EQ(lab.system.exit(0), kernel::Status::ok);
  EXPECT_EQ(m.free_frames(), 2U);
  EXPECT_FALSE(m.allocate_huge().ok) << "all that it has is free, but it is no huge page";
  EXPECT_EQ(m.header().complaint.seen, 0);
}

TYPED_TEST(FramesTest, RefusesWhenNothingIsLeft) {
  Lab<TypeParam> lab;
  Frames<TypeParam>& m = lab.m;
  const auto frames = take_all_frames(m);
  EXPECT_EQ(frames.size(), m.config().frames - 1);
  EXPECT_EQ(std::set(frames.begin(), frames.end()).size(), frames.size()) << "each given once";
  EXPECT_EQ(m.free_frames(), 0U);
  const auto failed = m.events(kernel::Event::failed_allocation);
  EXPECT_FALSE(m.allocate().ok);
  EXPECT_FALSE(m.allocate_table().ok);
  EXPECT_FALSE(m.allocate_huge().ok);
  EXPECT_EQ(m.events(kernel::Event::failed_allocation), failed + 3);
  EXPECT_EQ(m.header().complaint.seen, 0) << "to be out of memory is nothing to complain about";
  m.put(frames[5]);
  EXPECT_EQ(m.allocate().frame, frames[5]);
}

TYPED_TEST(FramesTest, FailsTheAllocationThatItWasToldToOnce) {
  Lab<TypeParam> lab;
  Frames<TypeParam>& m = lab.m;
  for (std::uint32_t k = 1; k <= 4; ++k) {
    m.fail_allocation(k);
    const auto free = m.free_frames();
    for (std::uint32_t i = 1; i < k; ++i) EXPECT_TRUE(m.allocate().ok) << "k = " << k;
    EXPECT_FALSE(m.allocate().ok) << "k = " << k;
    EXPECT_EQ(m.free_frames(), free - (k - 1));
    EXPECT_TRUE(m.allocate().ok) << "only once";
  }
}

TYPED_TEST(FramesTest, CountsAllKindsOfAllocationTowardsTheFailure) {
  Lab<TypeParam> lab;
  Frames<TypeParam>& m = lab.m;
  m.fail_allocation(3);
  EXPECT_TRUE(m.allocate_table().ok);
  EXPECT_TRUE(m.allocate_huge().ok);
  EXPECT_FALSE(m.allocate_huge().ok);
  m.fail_allocation(1);
  EXPECT_FALSE(m.allocate_table().ok);
  m.fail_allocation(1);
  m.fail_allocation(0);  // taken back
  EXPECT_TRUE(m.allocate().ok);
}

TYPED_TEST(FramesTest, CountsALeafAndItsSubPagesTogether) {
  Lab<TypeParam> lab;
  Frames<TypeParam>& m = lab.m;
  const auto free = m.free_frames();
  const auto head = m.allocate_huge().frame;
  m.get(head + 1);
  EXPECT_EQ(m.references(head), 1U);
  EXPECT_EQ(m.references(head + 1), 2U) << "the leaf and the one holder";
  EXPECT_EQ(m.huge_references(head), 2U);
  m.put(head + 1);
  EXPECT_FALSE(m.is_free(head + 1)) << "the leaf still covers it";
  m.get(head + 1);
  m.put_huge(head);
  EXPECT_TRUE(m.is_free(head));
  EXPECT_FALSE(m.is_free(head + 1)) << "its own holder keeps it";
  EXPECT_EQ(m.free_frames(), free - 1);
  m.put(head + 1);
  EXPECT_EQ(m.free_frames(), free);
  EXPECT_EQ(m.allocate_huge().frame, head) << "and the block is whole again";
}

TYPED_TEST(FramesTest, ATableComesEmpty) {
  Lab<TypeParam> lab;
  Frames<TypeParam>& m = lab.m;
  const std::vector<std::uint8_t> dirt(m.page_bytes, 0x77);
  const auto frame = m.allocate().frame;
  m.write_bytes(frame, 0, dirt);
  m.put(frame);
  const auto table = m.allocate_table();
  ASSERT_EQ(table.frame, frame);
  EXPECT_EQ(m.frame_info(frame).kind, FrameKind::table);
  EXPECT_TRUE(m.table_empty(table.frame));
  m.get_table(frame);
  EXPECT_EQ(m.table_references(frame), 2U);
  m.put_table(frame);
  m.put_table(frame);
  EXPECT_TRUE(m.is_free(frame));
}

TYPED_TEST(FramesTest, ComplainsAboutASecondPut) {
  Lab<TypeParam> lab;
  Frames<TypeParam>& m = lab.m;
  const auto frame = m.allocate().frame;
  m.put(frame);
  EXPECT_EQ(m.header().complaint.seen, 0);
  m.put(frame);
  m.complain(Law::progress, 4, 0);  // a later one does not replace the first
  EXPECT_EQ(lab.findings(), "no-dangling: frame 1 was put more often than it was taken\n");
}

TYPED_TEST(FramesTest, ComplainsAboutASecondPutOfALeaf) {
  Lab<TypeParam> lab;
  Frames<TypeParam>& m = lab.m;
  const auto head = m.allocate_huge().frame;
  m.put_huge(head);
  EXPECT_EQ(m.header().complaint.seen, 0);
  m.put_huge(head);
  EXPECT_EQ(complaint_text(m.header().complaint),
            "frame " + std::to_string(head) + " was put more often than it was taken");
  EXPECT_EQ(m.header().complaint.law, Law::no_dangling);
}

TYPED_TEST(FramesTest, ComplainsWhenItsListsLostFreeFrames) {
  Lab<TypeParam> lab;
  Frames<TypeParam>& m = lab.m;
  lab.m.header_->nodes[0].broken = lab.m.header_->nodes[0].whole = none;
  EXPECT_FALSE(m.allocate().ok);
  EXPECT_EQ(
      complaint_text(m.header().complaint),
      "an allocation was refused while " + std::to_string(m.free_frames()) + " frames were free");
  EXPECT_EQ(m.header().complaint.law, Law::frugal);
}

// What only a checked geometry notices.

TEST(CheckedFrames, FreedFramesArePoisoned) {
  Lab<Tiny> lab;
  Frames<Tiny>& m = lab.m;
  const auto frame = m.allocate().frame;
  m.zero_page(frame);
  m.put(frame);
  for (const auto byte : m.frame_bytes(frame)) EXPECT_EQ(byte, 0xA5);
}

/// The complaint after `act` on a fresh machine.
template <class Act>
std::string complaint_after(Act act) {
  Lab<Tiny> lab;
  act(static_cast<Frames<Tiny>&>(lab.m));
  EXPECT_EQ(lab.m.header().complaint.law, Law::no_dangling);
  return lab.m.header().complaint.seen != 0 ? complaint_text(lab.m.header().complaint) : "";
}

TEST(CheckedFrames, ComplainAboutFramesThatAreNotInUse) {
  const std::string taken = "a reference was taken on frame 5, which is not in use for that";
  EXPECT_EQ(complaint_after([](auto& m) { m.get(5); }), taken);
  EXPECT_EQ(complaint_after([](auto& m) { m.get_huge(5); }), taken);
  EXPECT_EQ(complaint_after([](auto& m) { m.get_table(5); }), taken);
  EXPECT_EQ(complaint_after([](auto& m) { m.put_table(5); }),
            "frame 5 was put more often than it was taken");
  EXPECT_EQ(complaint_after([](auto& m) { m.store_at(5, 0, Entry<Tiny>::table(6)); }),
            "an entry was stored into frame 5, which is no page table");
}

TEST(CheckedFrames, ComplainAboutFramesThatDoNotExist) {
  const std::string used = "frame 96 was used, which does not exist";
  const std::uint8_t byte = 0;
  EXPECT_EQ(complaint_after([](auto& m) { m.get(96); }), used);
  EXPECT_EQ(complaint_after([](auto& m) { m.put(96); }), used);
  EXPECT_EQ(complaint_after([](auto& m) { m.put_huge(96); }), used);
  EXPECT_EQ(complaint_after([](auto& m) { m.copy_page(1, 96); }), used);
  EXPECT_EQ(complaint_after([](auto& m) { m.copy_huge(96, 4); }), used);
  EXPECT_EQ(complaint_after([&](auto& m) { m.write_bytes(96, 0, {&byte, 1}); }), used);
}

}  // namespace
}  // namespace cow::machine
