#include "model/reference_fixture.h"

// Which pages were written since their process asked.

namespace cow::model {
namespace {

class ClearRefs : public ReferenceTest {
 protected:
  /// Page 4 of P0 was written, and then its mark cleared; page 5 was written behind that, page 6
  /// never.
  void SetUp() override {
    must(map_op(4, 3));
    must(write_op(0, 4, 0, 2, 7));
    must(pages_op(Kind::clear_refs, 4, 3));
    must(write_op(0, 5, 0, 1, 1));
  }
  bool written(std::uint32_t proc, std::uint32_t page) const {
    return was_written(ref.page(proc, page));
  }
};

TEST_F(ClearRefs, OnlyWritesCount) {
  EXPECT_FALSE(written(0, 4));
  EXPECT_TRUE(written(0, 5));
  EXPECT_FALSE(written(0, 6));
  EXPECT_EQ(read(0, 4, 0, 2), (Bytes{7, 8}));
  EXPECT_FALSE(written(0, 4));
  must(access_op(Kind::force_write, 0, 4, 0, 1));
  EXPECT_TRUE(written(0, 4));
}

TEST_F(ClearRefs, TheMarkGoesWhereThePageGoes) {
  must(process_op(Kind::fork, 0, 1));
  must(write_op(1, 4, 0, 1, 1));
  EXPECT_TRUE(written(1, 4));
  EXPECT_FALSE(written(0, 4)) << "its process has not written";
  must({.kind = Kind::remap, .page = 4, .count = 2, .to = 8});
  EXPECT_FALSE(written(0, 8));
  EXPECT_TRUE(written(0, 9));
}

TEST_F(ClearRefs, WhatADeviceWritesCounts) {
  must({.kind = Kind::pin, .access = Access::write, .page = 4});
  EXPECT_FALSE(written(0, 4));
  must({.kind = Kind::device_write, .value = 3, .length = 1});
  EXPECT_TRUE(written(0, 4));
}

TEST_F(ClearRefs, WhatIsDroppedWasNotWritten) {
  must(pages_op(Kind::dontneed, 5, 1));
  EXPECT_FALSE(written(0, 5));
  must(write_op(0, 5, 0, 1, 1));
  EXPECT_TRUE(written(0, 5));
}

TEST_F(ClearRefs, OfSharedMemoryNothingIsKept) {
  must(map_op(0, 1, Access::write, Sharing::shared));
  must(write_op(0, 0, 0, 1, 1));
  EXPECT_FALSE(written(0, 0));
  must(pages_op(Kind::clear_refs, 0, 1));
  EXPECT_EQ(run(pages_op(Kind::clear_refs, 0, 2)), Status::not_mapped);
}

/// A private page of the file was written once it is the process's own.
TEST_F(ClearRefs, ThePrivatePageThatShowsTheFileWasNot) {
  must(map_file(0, 1, 0, Sharing::private_));
  EXPECT_FALSE(written(0, 0));
  must(write_op(0, 0, 0, 1, 1));
  EXPECT_TRUE(written(0, 0));
  must(pages_op(Kind::clear_refs, 0, 1));
  EXPECT_FALSE(written(0, 0));
}

}  // namespace
}  // namespace cow::model
