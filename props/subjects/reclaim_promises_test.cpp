#include "props/subjects/reclaim_promises.h"

#include "props/subjects/promised.h"

namespace cow::props {
namespace {

const auto pageout = one("P0 pageout p0 4\n"), give_up = one("P0 free p0 4\n");

bool stays(const TinySubject& subject) {
  return left_in_memory(subject.machine(), pageout).has_value();
}
bool counts_as_written(const TinySubject& subject) {
  return left_dirty(subject.machine(), give_up).has_value();
}

const std::string small = "P0 map p0 4 private write\nP0 write p0 1 0x01\n",
                  huge = "P0 map p0 4 private write huge\nP0 write p0 1 0x01\n";

TEST(ReclaimPromises, WhatAPageoutLeavesIsFound) {
  for (const auto& begin : {small, huge}) {
    EXPECT_TRUE(stays(after(begin)));
    EXPECT_FALSE(stays(after(begin + "P0 pageout p0 4\n")));
    EXPECT_TRUE(stays(after(begin + "P0 free p0 4\n"))) << "which nobody wants";
    EXPECT_FALSE(stays(after(begin + "P0 free p0 4\nP0 pageout p0 4\n")));
  }
}

TEST(ReclaimPromises, WhatCannotGoIsNotAskedAbout) {
  EXPECT_FALSE(stays(after(small + "P0 fork P1\n"))) << "another has it";
  EXPECT_FALSE(stays(after(small + "P0 pin d0 p0 write\n")));
  EXPECT_FALSE(stays(after("P0 map p0 4 shared write\nP0 write p0 1 0x01\n")));
  const std::string many = "P0 map p0 16 private write\nP0 write p0 256 0x01\nP0 pageout p4 12\n";
  EXPECT_FALSE(stays(after(many))) << "swap is full";
}

TEST(ReclaimPromises, WhatWasGivenUpIsNotWritten) {
  for (const auto& begin : {small, huge}) {
    EXPECT_TRUE(counts_as_written(after(begin)));
    EXPECT_FALSE(counts_as_written(after(begin + "P0 free p0 4\n")));
    EXPECT_TRUE(counts_as_written(after(begin + "P0 free p0 4\nP0 write p1 1 0x02\n")));
    EXPECT_FALSE(counts_as_written(after(begin + "P0 pin d0 p0 write\nP0 free p0 4\n")));
  }
}

}  // namespace
}  // namespace cow::props
