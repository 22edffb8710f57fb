#include "model/reference_fixture.h"

// What huge pages of the pool mean: they are whole, and the pool owes them to who maps them.

namespace cow::model {
namespace {

World pool_world() {
  World world;
  world.pool = 4;
  return world;
}

class HugetlbTest : public ReferenceTest {
 protected:
  HugetlbTest() { ref = Reference(pool_world()); }
};

Op hugetlb(Op op) {
  op.hugetlb = true;
  return op;
}

TEST_F(HugetlbTest, AreMappedWholeAndOnlyWhereThereIsAPool) {
  EXPECT_EQ(run(hugetlb(map_op(0, 3))), Status::invalid);
  EXPECT_EQ(run(hugetlb(map_op(2, 4))), Status::invalid);
  EXPECT_EQ(run(hugetlb(map_file(0, 4, 2, Sharing::shared))), Status::invalid);
  must(hugetlb(map_op(0, 4)));
  EXPECT_EQ(run(hugetlb(map_op(0, 3))), Status::occupied);
  EXPECT_TRUE(ref.page(0, 3).reserved);
  Reference without{World{}};
  EXPECT_EQ(without.check(hugetlb(map_op(0, 4))), Status::invalid);
}

TEST_F(HugetlbTest, NoCallCutsOne) {
  must(hugetlb(map_op(4, 8)));
  must(map_op(12, 1));
  for (const auto kind : {Kind::unmap, Kind::protect, Kind::dontneed, Kind::advise, Kind::remap}) {
    Op op = pages_op(kind, 4, 2);
    op.to = 13;
    EXPECT_EQ(run(op), Status::invalid) << name(kind);
    op.page = 10;
    EXPECT_EQ(run(op), Status::invalid) << name(kind);
  }
  Op move = pages_op(Kind::remap, 8, 5);
  move.to = 0;
  EXPECT_EQ(run(move), Status::occupied);
  move.count = 4;
  must(move);
  move.page = 0;
  move.count = 4;
  move.to = 9;
  EXPECT_EQ(run(move), Status::occupied);
  must(pages_op(Kind::unmap, 12, 1));
  EXPECT_EQ(run(move), Status::invalid) << "it would lie askew";
  for (const auto kind : {Kind::pageout, Kind::split, Kind::collapse, Kind::migrate}) {
    must(pages_op(kind, 5, 2));
  }
}

TEST_F(HugetlbTest, TheFileOfThePoolIsAnotherOne) {
  must(hugetlb(map_file(0, 4, 0, Sharing::shared)));
  must(map_file(4, 4, 0, Sharing::shared));
  must(write_op(0, 0, 0, 1, 7));
  EXPECT_EQ(read(0, 4, 0, 1), Bytes{0});
  must(hugetlb(map_file(8, 4, 0, Sharing::private_)));
  EXPECT_EQ(read(0, 8, 0, 1), Bytes{7});
  ref.reset();
  must(hugetlb(map_file(8, 4, 0, Sharing::private_)));
  EXPECT_EQ(read(0, 8, 0, 1), Bytes{0});
}

TEST_F(HugetlbTest, AWriteMakesAllOfAPrivateOneTheProcesssOwn) {
  must(hugetlb(map_file(0, 4, 0, Sharing::shared)));
  must(hugetlb(map_file(8, 8, 0, Sharing::private_)));
  must(write_op(0, 9, 0, 1, 5));
  must(write_op(0, 2, 0, 1, 7));
  EXPECT_EQ(read(0, 10, 0, 1), Bytes{0});
  must(pages_op(Kind::dontneed, 8, 4));
  EXPECT_EQ(read(0, 10, 0, 1), Bytes{7});
  EXPECT_FALSE(ref.page(0, 8).reserved);
  EXPECT_TRUE(ref.page(0, 12).reserved);
}

TEST_F(HugetlbTest, AChildIsOwedNothingAndMayLoseWhatItShares) {
  must(hugetlb(map_op(0, 4)));
  must(write_op(0, 0, 0, 1, 7));
  must(process_op(Kind::fork, 0, 1));
  EXPECT_TRUE(ref.page(0, 0).reserved);
  EXPECT_FALSE(ref.page(1, 0).reserved);
  for (std::uint32_t p = 0; p < 4; ++p) ref.lose(1, p);
  EXPECT_EQ(run(access_op(Kind::read, 1, 0, 0, 1)), Status::bus_error);
  EXPECT_EQ(run({.kind = Kind::pin, .proc = 1, .access = Access::read}), Status::bus_error);
  EXPECT_EQ(ref.bytes(1, 0)[0], 0);
  EXPECT_EQ(read(0, 0, 0, 1), Bytes{7});
  Op protect = pages_op(Kind::protect, 0, 4, Access::none);
  protect.proc = 1;
  must(protect);
  EXPECT_EQ(run(access_op(Kind::read, 1, 0, 0, 1)), Status::segfault) << "this comes first";
  must(process_op(Kind::fork, 1, 2));
  EXPECT_TRUE(ref.page(2, 0).lost);
}

TEST_F(HugetlbTest, AreNotWipedNorWrittenByForce) {
  must(hugetlb(map_op(0, 4, Access::read)));
  Op advise = pages_op(Kind::advise, 0, 4);
  advise.advice = Advice::wipeonfork;
  EXPECT_EQ(run(advise), Status::invalid);
  EXPECT_EQ(run(access_op(Kind::force_write, 0, 0, 0, 1)), Status::segfault);
}

}  // namespace
}  // namespace cow::model
