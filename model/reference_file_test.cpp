#include "model/reference_fixture.h"

// What a mapping of the file shows.

namespace cow::model {
namespace {

TEST_F(ReferenceTest, APrivatePageShowsTheFileUntilItIsWritten) {
  must(map_file(4, 2, 6, Sharing::private_));
  must(map_file(8, 2, 6, Sharing::shared));
  must(write_op(0, 8, 0, 2, 7));
  EXPECT_EQ(read(0, 4, 0, 2), (Bytes{7, 8}));
  must(write_op(0, 4, 1, 1, 9));
  EXPECT_EQ(read(0, 4, 0, 2), (Bytes{7, 9}));
  EXPECT_EQ(read(0, 8, 0, 2), (Bytes{7, 8}));
  must(write_op(0, 8, 0, 1, 1));
  EXPECT_EQ(read(0, 4, 0, 1), Bytes{7});
  must(pages_op(Kind::dontneed, 4, 1));
  EXPECT_EQ(read(0, 4, 0, 2), (Bytes{1, 8}));
}

TEST_F(ReferenceTest, TheFileOutlivesItsMappings) {
  must(map_file(0, 1, 3, Sharing::shared));
  must(write_op(0, 0, 0, 1, 7));
  must(process_op(Kind::exec, 0));
  must(map_file(5, 1, 3, Sharing::private_));
  EXPECT_EQ(read(0, 5, 0, 1), Bytes{7});
  ref.reset();
  must(map_file(5, 1, 3, Sharing::private_));
  EXPECT_EQ(read(0, 5, 0, 1), Bytes{0});
}

TEST_F(ReferenceTest, APinTakesAPrivatePageFromTheFile) {
  must(map_file(4, 1, 6, Sharing::private_));
  must(map_file(8, 1, 6, Sharing::shared));
  Op pin{.kind = Kind::pin, .access = Access::read, .page = 4};
  must(pin);
  must(write_op(0, 8, 0, 1, 7));
  EXPECT_EQ(read(0, 4, 0, 1), Bytes{0});
  EXPECT_EQ(ref.pinned(0, 0)[0], 0);
  must({.kind = Kind::unpin});
  EXPECT_EQ(read(0, 4, 0, 1), Bytes{0});
}

TEST_F(ReferenceTest, OfTheFileOnlyItsPagesAreMapped) {
  const auto last = ref.world().pages - 1;
  EXPECT_EQ(ref.check(map_file(0, 2, last, Sharing::private_)), Status::bad_range);
  EXPECT_EQ(ref.check(map_file(0, 1, last, Sharing::private_)), Status::ok);
  must(map_file(0, 1, 0, Sharing::private_));
  Op wipe = pages_op(Kind::advise, 0, 1);
  wipe.advice = Advice::wipeonfork;
  EXPECT_EQ(ref.check(wipe), Status::invalid);
}

}  // namespace
}  // namespace cow::model
