#include "impl/kernel/merge.h"

#include "impl/machine/test_machine.h"

namespace cow::kernel {
namespace {

template <class G>
struct MergeTest : testing::Test {
  machine::Lab<G> lab;
  std::uint32_t frame(std::uint32_t p, std::uint64_t page) {
    return lab.walk(p, page).entry.frame();
  }
  /// P0 has p0..p2, of which p0 and p1 are alike.
  void begin() {
    ASSERT_EQ(lab.map(0, 0, 3), Status::ok);
    ASSERT_EQ(lab.write(0, 0, 7), Status::ok);
    ASSERT_EQ(lab.write(0, 1, 7), Status::ok);
    ASSERT_EQ(lab.write(0, 2, 8), Status::ok);
  }
};

TYPED_TEST_SUITE(MergeTest, machine::Geometries);

TYPED_TEST(MergeTest, PagesThatAreAlikeShareAFrameAndOneIsFree) {
  auto& lab = this->lab;
  this->begin();
  const auto used = lab.used();
  ASSERT_EQ(lab.system.merge(0, 0, 3), Status::ok);
  EXPECT_EQ(this->frame(0, 0), this->frame(0, 1));
  EXPECT_NE(this->frame(0, 0), this->frame(0, 2));
  EXPECT_EQ(lab.used(), used - 1);
  EXPECT_EQ(lab.events(Event::merge), 1U);
  EXPECT_EQ(lab.m.header().merged, 1U);
  EXPECT_FALSE(lab.walk(0, 0).entry.writable() || lab.walk(0, 1).entry.writable());
  EXPECT_TRUE(lab.walk(0, 2).entry.writable()) << "which nothing resembles";
  EXPECT_EQ(lab.findings(), "");
  ASSERT_EQ(lab.write(0, 1, 9), Status::ok);
  EXPECT_EQ(lab.at(0, 0), 7);
  EXPECT_EQ(lab.findings(), "");
}

TYPED_TEST(MergeTest, TheLastWhoHasAMergedFrameWritesInPlaceAndItIsOfferedNoMore) {
  auto& lab = this->lab;
  this->begin();
  ASSERT_EQ(lab.system.merge(0, 0, 3), Status::ok);
  const auto frame = this->frame(0, 0);
  ASSERT_EQ(lab.system.unmap(0, 1, 1), Status::ok);
  const auto copies = lab.copies();
  ASSERT_EQ(lab.write(0, 0, 8), Status::ok);
  EXPECT_EQ(this->frame(0, 0), frame);
  EXPECT_EQ(lab.copies(), copies);
  EXPECT_EQ(lab.m.header().merged, 0U);
  ASSERT_EQ(lab.system.merge(0, 2, 1), Status::ok);
  EXPECT_EQ(this->frame(0, 2), this->frame(0, 0)) << "it is like another again";
  EXPECT_EQ(lab.findings(), "");
}

TYPED_TEST(MergeTest, ProcessesThatAreNoRelativesShareToo) {
  auto& lab = this->lab;
  ASSERT_EQ(lab.system.fork(0, 1), Status::ok);
  this->begin();
  ASSERT_EQ(lab.map(1, 5, 1), Status::ok);
  ASSERT_EQ(lab.write(1, 5, 8), Status::ok);
  ASSERT_EQ(lab.system.merge(1, 5, 1), Status::ok);
  EXPECT_EQ(this->frame(1, 5), this->frame(0, 2));
  ASSERT_EQ(lab.system.exit(0), Status::ok);
  EXPECT_EQ(lab.at(1, 5), 8);
  ASSERT_EQ(lab.system.exit(1), Status::ok);
  EXPECT_EQ(lab.used(), 0U);
  EXPECT_EQ(lab.findings(), "");
}

TYPED_TEST(MergeTest, WhatADeviceHoldsStaysWhereItIs) {
  auto& lab = this->lab;
  this->begin();
  ASSERT_EQ(lab.system.pin(0, 0, {0, 0, Access::write}), Status::ok);
  const auto frame = this->frame(0, 0);
  ASSERT_EQ(lab.system.merge(0, 0, 3), Status::ok);
  EXPECT_EQ(this->frame(0, 0), frame);
  EXPECT_NE(this->frame(0, 1), frame);
  EXPECT_EQ(lab.events(Event::merge), 0U);
  EXPECT_EQ(lab.findings(), "");
}

TYPED_TEST(MergeTest, UnmergeGivesEachPageAFrameAsLongAsThereIsMemory) {
  auto& lab = this->lab;
  this->begin();
  ASSERT_EQ(lab.write(0, 2, 7), Status::ok);
  ASSERT_EQ(lab.system.merge(0, 0, 3), Status::ok);
  const auto used = lab.used();
  lab.system.fail_allocation(2);
  ASSERT_EQ(lab.system.unmerge(0, 0, 3), Status::ok);
  lab.system.fail_allocation(0);
  EXPECT_EQ(lab.used(), used + 1);
  EXPECT_EQ(lab.events(Event::unmerge), 1U);
  ASSERT_EQ(lab.system.unmerge(0, 0, 3), Status::ok);
  EXPECT_EQ(lab.used(), used + 2) << "the last one keeps the frame";
  EXPECT_EQ(lab.m.header().merged, 0U);
  EXPECT_EQ(lab.findings(), "");
}

TYPED_TEST(MergeTest, AHugePageIsSplitWhenAPartOfItHasItsLike) {
  auto& lab = this->lab;
  this->begin();
  const auto huge = lab.fan;
  ASSERT_EQ(lab.map_huge(0, huge, huge), Status::ok);
  ASSERT_EQ(lab.write(0, huge + 1, 6), Status::ok);
  ASSERT_EQ(lab.system.merge(0, huge, huge), Status::ok);
  EXPECT_EQ(lab.events(Event::split), 0U) << "for nothing it stays whole";
  ASSERT_EQ(lab.write(0, huge + 1, 8), Status::ok);
  ASSERT_EQ(lab.system.merge(0, huge, huge), Status::ok);
  EXPECT_EQ(lab.events(Event::split), 1U);
  EXPECT_EQ(this->frame(0, huge + 1), this->frame(0, 2));
  EXPECT_TRUE(lab.walk(0, huge + 1).level == 0);
  EXPECT_EQ(lab.findings(), "");
}

TYPED_TEST(MergeTest, ZeroesJoinTheZeroPageAndPartFromIt) {
  auto config = machine::test_config<TypeParam>();
  config.zero_page = true;
  machine::Lab<TypeParam> lab(config);
  ASSERT_EQ(lab.map(0, 0, 1), Status::ok);
  ASSERT_EQ(lab.write(0, 0, 0), Status::ok);
  const auto used = lab.used();
  ASSERT_EQ(lab.system.merge(0, 0, 1), Status::ok);
  EXPECT_EQ(lab.walk(0, 0).entry.frame(), lab.m.zero_frame());
  EXPECT_EQ(lab.events(Event::merge_zero), 1U);
  EXPECT_EQ(lab.used(), used - 1);
  ASSERT_EQ(lab.system.unmerge(0, 0, 1), Status::ok);
  EXPECT_NE(lab.walk(0, 0).entry.frame(), lab.m.zero_frame());
  EXPECT_EQ(lab.used(), used);
  EXPECT_EQ(lab.findings(), "");
}

TYPED_TEST(MergeTest, MergedPagesMigrateAndGoToSwapAndKeepTheirOffer) {
  auto& lab = this->lab;
  this->begin();
  ASSERT_EQ(lab.system.merge(0, 0, 3), Status::ok);
  ASSERT_EQ(lab.system.migrate(0, 0, 1), Status::ok);
  EXPECT_EQ(this->frame(0, 0), this->frame(0, 1));
  EXPECT_TRUE(lab.m.is_merged(this->frame(0, 0)));
  ASSERT_EQ(lab.system.pageout(0, 0, 1), Status::ok);
  EXPECT_EQ(lab.findings(), "");
  EXPECT_EQ(lab.at(0, 0), 7);
  EXPECT_EQ(this->frame(0, 0), this->frame(0, 1)) << "found in the swap cache";
  ASSERT_EQ(lab.write(0, 2, 7), Status::ok);
  ASSERT_EQ(lab.system.merge(0, 2, 1), Status::ok);
  EXPECT_EQ(this->frame(0, 2), this->frame(0, 1));
  EXPECT_EQ(lab.findings(), "");
}

TYPED_TEST(MergeTest, OnlyWhatIsMappedAndLivesIsMerged) {
  auto& lab = this->lab;
  this->begin();
  EXPECT_EQ(lab.system.merge(0, 0, 4), Status::not_mapped);
  EXPECT_EQ(lab.system.merge(0, 0, 0), Status::bad_range);
  EXPECT_EQ(lab.system.merge(1, 0, 1), Status::no_process);
  EXPECT_EQ(lab.system.merge(99, 0, 1), Status::no_process);
  EXPECT_EQ(lab.system.unmerge(0, 2, 2), Status::not_mapped);
  EXPECT_EQ(lab.system.unmerge(1, 0, 1), Status::no_process);
  EXPECT_EQ(lab.events(Event::merge), 0U);
}

}  // namespace
}  // namespace cow::kernel
