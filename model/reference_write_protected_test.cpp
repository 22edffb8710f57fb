#include "model/reference_fixture.h"

// What becomes of pages that their process has write-protected.

namespace cow::model {
namespace {

class WriteProtected : public ReferenceTest {
 protected:
  /// Page 4 of P0 is written and write-protected, page 5 is neither.
  void SetUp() override {
    must(map_op(4, 2));
    must(write_op(0, 4, 0, 2, 7));
    must(pages_op(Kind::wp, 4, 1));
  }
};

TEST_F(WriteProtected, AWriteIsRefusedAndChangesNothing) {
  EXPECT_EQ(run(write_op(0, 4, 0, 1, 1)), Status::trapped);
  EXPECT_EQ(run({.kind = Kind::kernel_write, .page = 4, .length = 1}), Status::trapped);
  EXPECT_EQ(run({.kind = Kind::force_write, .page = 4, .length = 1}), Status::trapped);
  EXPECT_EQ(run({.kind = Kind::pin, .access = Access::write, .page = 4}), Status::trapped);
  EXPECT_EQ(read(0, 4, 0, 2), (Bytes{7, 8}));
  must(pages_op(Kind::unwp, 4, 1));
  must(write_op(0, 4, 0, 1, 1));
}

TEST_F(WriteProtected, TheFirstPageThatRefusesSaysWhy) {
  EXPECT_EQ(run(write_op(0, 4, 15, 18, 1)), Status::trapped) << "behind it nothing is mapped";
  must(pages_op(Kind::protect, 4, 1, Access::read));
  EXPECT_EQ(run(write_op(0, 4, 0, 1, 1)), Status::segfault);
}

TEST_F(WriteProtected, ADeviceWritesPastIt) {
  must(pages_op(Kind::unwp, 4, 1));
  must({.kind = Kind::pin, .access = Access::write, .page = 4});
  must(pages_op(Kind::wp, 4, 1));
  must({.kind = Kind::device_write, .value = 3, .length = 1});
  EXPECT_EQ(read(0, 4, 0, 2), (Bytes{3, 8}));
}

TEST_F(WriteProtected, NeitherAChildNorAMovedPageNorAFreshOneIs) {
  must(process_op(Kind::fork, 0, 1));
  EXPECT_FALSE(ref.page(1, 4).wp);
  must({.kind = Kind::remap, .page = 4, .count = 1, .to = 8});
  EXPECT_FALSE(ref.page(0, 8).wp);
  must(pages_op(Kind::wp, 8, 1));
  must(pages_op(Kind::dontneed, 8, 1));
  EXPECT_FALSE(ref.page(0, 8).wp);
}

TEST_F(WriteProtected, OnlyAnonymousPrivateMemoryCanBe) {
  must(map_op(0, 1, Access::write, Sharing::shared));
  must(map_file(1, 1, 0, Sharing::private_));
  for (const auto kind : {Kind::wp, Kind::unwp}) {
    EXPECT_EQ(run(pages_op(kind, 0, 1)), Status::invalid);
    EXPECT_EQ(run(pages_op(kind, 1, 1)), Status::invalid);
    EXPECT_EQ(run(pages_op(kind, 5, 2)), Status::not_mapped);
    EXPECT_EQ(run(pages_op(kind, 5, 0)), Status::bad_range);
  }
}

}  // namespace
}  // namespace cow::model
