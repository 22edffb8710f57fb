#include "props/subjects/promises.h"

#include "props/subjects/promised.h"

namespace cow::props {
namespace {

const std::string nothing = "P0 map p0 1 private write\n";  // that took memory

TEST(Promises, WhatStaysInSwapAfterSwapoffIsFound) {
  const std::string out = "P0 map p0 2 private write\nP0 write p0 1 0x01\nP0 pageout p0 1\n";
  EXPECT_TRUE(left_in_swap(after(out).machine()).has_value());
  EXPECT_FALSE(left_in_swap(after(out + "P0 swapoff\n").machine()).has_value());
}

TEST(Promises, AHugePageThatASplitLeavesIsFound) {
  const std::string huge = "P0 map p0 4 private write huge\nP0 write p0 1 0x01\n";
  const auto op = one("P0 split p1 1\n");
  EXPECT_TRUE(left_huge(after(huge).machine(), op).has_value());
  EXPECT_FALSE(left_huge(after(huge + "P0 split p1 1\n").machine(), op).has_value());
}

TEST(Promises, ARefusalWhileMemoryIsFreeIsFound) {
  const auto op = one("P0 read p0 1\n");
  EXPECT_TRUE(refused_in_vain(after(nothing).machine(), op).has_value());
  EXPECT_FALSE(refused_in_vain(after(nothing).machine(), one("P0 read p0 1 oom@1\n")).has_value());
  model::World small;
  small.frames = 2 * small.pages;
  EXPECT_FALSE(refused_in_vain(after(nothing, small).machine(), op).has_value());
}

TEST(Promises, APageThatACompactionTakesToAnotherNodeIsFound) {
  model::World world;
  world.nodes = 2;
  const auto subject = after(nothing + "P0 write p0 1 0x01\n", world);
  auto used = used_on_nodes(subject.machine());
  EXPECT_EQ(used[0] + used[1], subject.costs().used_frames);
  EXPECT_FALSE(left_their_node(subject.machine(), used).has_value());
  --used[0], ++used[1];
  EXPECT_TRUE(left_their_node(subject.machine(), used).has_value());
}

TEST(Promises, AWideCountIsNeverFull) {
  EXPECT_TRUE(found_full_in_vain(after(nothing).machine()).has_value());
  model::World narrow;
  narrow.count_bits = 2;
  EXPECT_FALSE(found_full_in_vain(after(nothing, narrow).machine()).has_value());
}

}  // namespace
}  // namespace cow::props
