#include "model/reference_fixture.h"

// What becomes of pages that are given up.

namespace cow::model {
namespace {

class GivenUp : public ReferenceTest {
 protected:
  /// Page 4 of P0 is written and given up.
  void SetUp() override {
    must(map_op(4, 2));
    must(write_op(0, 4, 0, 2, 7));
    must(pages_op(Kind::free, 4, 1));
  }
  bool given_up(std::uint8_t proc, std::uint32_t page) const {
    return ref.page(proc, page).given_up;
  }
};

TEST_F(GivenUp, APageStaysUntilItIsDropped) {
  EXPECT_TRUE(given_up(0, 4));
  EXPECT_FALSE(given_up(0, 5));
  must(pages_op(Kind::pageout, 4, 1));
  EXPECT_EQ(read(0, 4, 0, 2), (Bytes{7, 8})) << "nobody dropped it";
  ref.drop_given_up(0, 4);
  EXPECT_EQ(read(0, 4, 0, 2), (Bytes{0, 0}));
  EXPECT_TRUE(ref.page(0, 4).fresh);
  EXPECT_FALSE(given_up(0, 4));
}

TEST_F(GivenUp, AWriteEndsIt) {
  must(write_op(0, 4, 9, 1, 1));
  EXPECT_FALSE(given_up(0, 4));
  must(pages_op(Kind::free, 4, 1));
  must({.kind = Kind::kernel_write, .page = 4, .length = 1});
  EXPECT_FALSE(given_up(0, 4));
  must(pages_op(Kind::free, 4, 1));
  must(pages_op(Kind::protect, 4, 1, Access::read));
  EXPECT_EQ(run(write_op(0, 4, 0, 1, 1)), Status::segfault);
  EXPECT_TRUE(given_up(0, 4)) << "a refused one does not";
  must({.kind = Kind::force_write, .page = 4, .length = 1});
  EXPECT_FALSE(given_up(0, 4));
}

TEST_F(GivenUp, ADeviceEndsIt) {
  must({.kind = Kind::pin, .access = Access::read, .page = 4});
  EXPECT_FALSE(given_up(0, 4));
  must({.kind = Kind::unpin});
  must({.kind = Kind::pin, .access = Access::write, .page = 4});
  must(pages_op(Kind::free, 4, 1));
  must({.kind = Kind::device_write, .length = 1});
  EXPECT_FALSE(given_up(0, 4));
}

TEST_F(GivenUp, AChildInheritsIt) {
  must(process_op(Kind::fork, 0, 1));
  EXPECT_TRUE(given_up(1, 4));
  ref.drop_given_up(0, 4);
  EXPECT_EQ(read(1, 4, 0, 2), (Bytes{7, 8}));
  must({.kind = Kind::advise, .advice = Advice::wipeonfork, .page = 4, .count = 1});
  must(pages_op(Kind::free, 4, 1));
  must(process_op(Kind::fork, 0, 2));
  EXPECT_FALSE(given_up(2, 4)) << "it is fresh";
}

TEST_F(GivenUp, ItMovesAlongAndGoesWithThePage) {
  must({.kind = Kind::remap, .page = 4, .count = 1, .to = 8});
  EXPECT_TRUE(given_up(0, 8));
  must(pages_op(Kind::dontneed, 8, 1));
  EXPECT_FALSE(given_up(0, 8));
}

TEST_F(GivenUp, OnlyAnonymousPrivateMemoryCanBe) {
  must(map_op(0, 1, Access::write, Sharing::shared));
  must(map_file(1, 1, 0, Sharing::private_));
  EXPECT_EQ(run(pages_op(Kind::free, 0, 1)), Status::invalid);
  EXPECT_EQ(run(pages_op(Kind::free, 1, 1)), Status::invalid);
  EXPECT_EQ(run(pages_op(Kind::free, 5, 2)), Status::not_mapped);
  EXPECT_EQ(run(pages_op(Kind::free, 5, 0)), Status::bad_range);
}

}  // namespace
}  // namespace cow::model
