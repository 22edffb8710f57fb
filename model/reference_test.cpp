#include <algorithm>
#include <stdexcept>

#include "model/reference_fixture.h"

namespace cow::model {
namespace {

TEST_F(ReferenceTest, StartsWithOneEmptyProcess) {
  EXPECT_EQ(ref.living(), 1U);
  for (std::uint32_t proc = 0; proc < 4; ++proc) EXPECT_EQ(ref.alive(proc), proc == 0);
  for (std::uint32_t page = 0; page < 16; ++page) EXPECT_EQ(ref.page(0, page), Page{});
}

TEST_F(ReferenceTest, RejectsABadWorld) {
  World world;
  world.procs = 0;
  EXPECT_THROW(Reference{world}, std::invalid_argument);
}

TEST_F(ReferenceTest, DeadAndUnknownProcessesComeFirst) {
  for (int kind = 0; kind < kind_count; ++kind) {
    for (const std::uint8_t proc : {std::uint8_t{1}, std::uint8_t{4}, std::uint8_t{255}}) {
      Op op{.kind = static_cast<Kind>(kind), .proc = proc};  // its range is empty, too
      EXPECT_EQ(run(op), Status::no_process) << name(op.kind);
    }
  }
}

TEST_F(ReferenceTest, MapMakesFreshPages) {
  Op op = map_op(4, 2, Access::read);
  op.huge = true;
  must(op);
  const Page fresh{.mapped = true,
                   .fresh = true,
                   .access = Access::read,
                   .sharing = Sharing::private_,
                   .huge = true,
                   .object = 0};
  EXPECT_EQ(ref.page(0, 3), Page{});
  EXPECT_EQ(ref.page(0, 4), fresh);
  EXPECT_EQ(ref.page(0, 5), fresh);
  EXPECT_EQ(ref.page(0, 6), Page{});
  EXPECT_EQ(read(0, 4, 0, 32), Bytes(32, 0));
}

TEST_F(ReferenceTest, PageRangesMustLieInTheWorld) {
  for (const Kind kind : {Kind::map, Kind::unmap, Kind::protect}) {
    EXPECT_EQ(run(pages_op(kind, 3, 0)), Status::bad_range) << name(kind);
    EXPECT_EQ(run(pages_op(kind, 15, 2)), Status::bad_range) << name(kind);
    EXPECT_EQ(run(pages_op(kind, 16, 1)), Status::bad_range) << name(kind);
    EXPECT_EQ(run(pages_op(kind, 2, far)), Status::bad_range) << name(kind);
    EXPECT_EQ(run(pages_op(kind, far, far)), Status::bad_range) << name(kind);
  }
  must(map_op(15, 1));
}

TEST_F(ReferenceTest, MapRefusesAnOccupiedPageAndMapsNothing) {
  must(map_op(5, 1));
  EXPECT_EQ(run(map_op(3, 3)), Status::occupied);
  EXPECT_EQ(run(map_op(5, 3)), Status::occupied);
  for (const std::uint32_t page : {3U, 4U, 6U, 7U}) EXPECT_FALSE(ref.page(0, page).mapped);
}

TEST_F(ReferenceTest, UnmapTakesHolesAndZeroesBytes) {
  EXPECT_EQ(run(pages_op(Kind::unmap, 0, 16)), Status::ok);
  must(map_op(4, 1));
  must(map_op(6, 1));
  must(write_op(0, 4, 0, 16, 1));
  must(write_op(0, 6, 0, 16, 1));
  EXPECT_EQ(run(pages_op(Kind::unmap, 3, 3)), Status::ok);
  EXPECT_EQ(ref.page(0, 4), Page{});
  EXPECT_TRUE(std::ranges::equal(ref.bytes(0, 4), Bytes(16, 0)));
  EXPECT_TRUE(ref.page(0, 6).mapped);
  EXPECT_EQ(ref.bytes(0, 6)[15], 16);
}

TEST_F(ReferenceTest, ProtectNeedsEveryPage) {
  must(map_op(4, 2));
  EXPECT_EQ(run(pages_op(Kind::protect, 4, 3, Access::read)), Status::not_mapped);
  EXPECT_EQ(ref.page(0, 4).access, Access::write);
  EXPECT_EQ(run(pages_op(Kind::protect, 5, 1, Access::read)), Status::ok);
  EXPECT_EQ(ref.page(0, 4).access, Access::write);
  EXPECT_EQ(ref.page(0, 5).access, Access::read);
}

TEST_F(ReferenceTest, HintsNeedEveryPageAndChangeNothing) {
  must(map_op(4, 2));
  must(write_op(0, 4, 0, 16, 1));
  for (const Kind kind : {Kind::split, Kind::collapse, Kind::migrate}) {
    EXPECT_EQ(run(pages_op(kind, 4, 3)), Status::not_mapped) << name(kind);
    EXPECT_EQ(run(pages_op(kind, 4, 0)), Status::bad_range) << name(kind);
    EXPECT_EQ(run(pages_op(kind, 4, 2)), Status::ok) << name(kind);
  }
  EXPECT_EQ(run(Op{.kind = Kind::compact}), Status::ok);
  EXPECT_EQ(ref.bytes(0, 4)[15], 16);
  EXPECT_FALSE(is_hint(Kind::exit));
}

TEST_F(ReferenceTest, AccessRangesMustLieInTheWorld) {
  must(map_op(0, 16));
  for (const Kind kind : {Kind::read, Kind::write}) {
    EXPECT_EQ(run(access_op(kind, 0, 3, 0, 0)), Status::bad_range);
    EXPECT_EQ(run(access_op(kind, 0, 15, 1, 16)), Status::bad_range);
    EXPECT_EQ(run(access_op(kind, 0, 15, 16, 1)), Status::bad_range);
    EXPECT_EQ(run(access_op(kind, 0, far, far, far)), Status::bad_range);
    EXPECT_EQ(run(access_op(kind, 0, 0, 0, far)), Status::bad_range);
    EXPECT_EQ(run(access_op(kind, 0, 15, 15, 1)), Status::ok);
    EXPECT_EQ(run(access_op(kind, 0, 14, 31, 1)), Status::ok);  // offsets may pass a page's end
    EXPECT_EQ(run(access_op(kind, 0, 0, 0, 256)), Status::ok);
    Op op = access_op(kind, 0, 3, 0, 1);
    op.cpu = 1;
    EXPECT_EQ(run(op), Status::ok);
    op.cpu = 2;
    EXPECT_EQ(run(op), Status::bad_range);
    op.page = far;
    EXPECT_EQ(run(op), Status::bad_range);
  }
}

TEST_F(ReferenceTest, BadRangeComesBeforeSegfault) {
  EXPECT_EQ(run(access_op(Kind::read, 0, 15, 0, 17)), Status::bad_range);
  EXPECT_EQ(run(access_op(Kind::read, 0, 15, 0, 16)), Status::segfault);
}

TEST_F(ReferenceTest, EveryTouchedPageMustAllowTheAccess) {
  must(map_op(0, 1, Access::write));
  must(map_op(1, 1, Access::read));
  must(map_op(2, 1, Access::none));
  EXPECT_EQ(run(access_op(Kind::read, 0, 0, 0, 32)), Status::ok);
  EXPECT_EQ(run(access_op(Kind::read, 0, 1, 15, 2)), Status::segfault);
  EXPECT_EQ(run(access_op(Kind::read, 0, 2, 0, 1)), Status::segfault);
  EXPECT_EQ(run(access_op(Kind::read, 0, 3, 0, 1)), Status::segfault);
  EXPECT_EQ(run(write_op(0, 0, 15, 1, 1)), Status::ok);
  EXPECT_EQ(run(write_op(0, 0, 15, 2, 9)), Status::segfault);
  EXPECT_EQ(run(write_op(0, 2, 0, 1, 9)), Status::segfault);
  EXPECT_EQ(ref.bytes(0, 0)[15], 1);  // refused: nothing was written
  EXPECT_TRUE(ref.page(0, 1).fresh);
}

TEST_F(ReferenceTest, WriteCountsUpAcrossPages) {
  must(map_op(4, 3));
  must(write_op(0, 4, 14, 4, 0xfe));
  EXPECT_EQ(read(0, 4, 13, 6), (Bytes{0, 0xfe, 0xff, 0, 1, 0}));
  EXPECT_FALSE(ref.page(0, 4).fresh);
  EXPECT_FALSE(ref.page(0, 5).fresh);
  EXPECT_TRUE(ref.page(0, 6).fresh);
}

TEST_F(ReferenceTest, ForkCopiesAndThenNothingIsShared) {
  must(map_op(4, 2));
  must(write_op(0, 4, 0, 1, 7));
  must(process_op(Kind::fork, 0, 2));
  EXPECT_EQ(ref.living(), 2U);
  EXPECT_TRUE(ref.alive(2));
  EXPECT_EQ(ref.page(2, 4), ref.page(0, 4));
  EXPECT_EQ(ref.page(2, 5), ref.page(0, 5));
  EXPECT_EQ(read(2, 4, 0, 1), Bytes{7});
  must(write_op(2, 4, 0, 1, 8));
  must(write_op(0, 5, 0, 1, 9));
  EXPECT_EQ(read(0, 4, 0, 1), Bytes{7});
  EXPECT_EQ(read(2, 5, 0, 1), Bytes{0});
}

TEST_F(ReferenceTest, ForkNeedsAFreeNameOfTheWorld) {
  EXPECT_EQ(run(process_op(Kind::fork, 0, 4)), Status::bad_range);
  EXPECT_EQ(run(process_op(Kind::fork, 0, 0)), Status::busy);
  must(process_op(Kind::fork, 0, 3));
  EXPECT_EQ(run(process_op(Kind::fork, 0, 3)), Status::busy);
  EXPECT_EQ(run(process_op(Kind::fork, 3, 0)), Status::busy);
  EXPECT_EQ(ref.living(), 2U);
}

TEST_F(ReferenceTest, ExitDropsAllAndFreesTheName) {
  must(map_op(4, 1));
  must(write_op(0, 4, 0, 1, 7));
  must(process_op(Kind::fork, 0, 1));
  must(process_op(Kind::exit, 0));
  EXPECT_FALSE(ref.alive(0));
  EXPECT_EQ(ref.living(), 1U);
  EXPECT_EQ(ref.page(0, 4), Page{});
  EXPECT_EQ(ref.bytes(0, 4)[0], 0);
  must(process_op(Kind::fork, 1, 0));
  EXPECT_EQ(read(0, 4, 0, 1), Bytes{7});
}

TEST_F(ReferenceTest, ExecDropsAllAndLivesOn) {
  must(map_op(4, 1));
  must(write_op(0, 4, 0, 1, 7));
  must(process_op(Kind::exec, 0));
  EXPECT_TRUE(ref.alive(0));
  EXPECT_EQ(ref.page(0, 4), Page{});
  must(map_op(4, 1));
  EXPECT_EQ(read(0, 4, 0, 1), Bytes{0});
}

TEST_F(ReferenceTest, SharedWritesReachEveryHolder) {
  must(map_op(4, 2, Access::write, Sharing::shared));
  must(process_op(Kind::fork, 0, 1));
  must(process_op(Kind::fork, 1, 2));
  must(write_op(2, 4, 15, 2, 7));  // both pages
  for (const std::uint8_t proc : {std::uint8_t{0}, std::uint8_t{1}, std::uint8_t{2}}) {
    EXPECT_EQ(read(proc, 4, 15, 2), (Bytes{7, 8}));
    EXPECT_FALSE(ref.page(proc, 4).fresh);
    EXPECT_FALSE(ref.page(proc, 5).fresh);
  }
}

TEST_F(ReferenceTest, SharedPagesOfDifferentCallsAreDifferent) {
  must(process_op(Kind::fork, 0, 1));
  must(map_op(4, 1, Access::write, Sharing::shared));
  Op op = map_op(4, 1, Access::write, Sharing::shared);
  op.proc = 1;
  must(op);
  EXPECT_NE(ref.page(0, 4).object, ref.page(1, 4).object);
  must(write_op(0, 4, 0, 1, 7));
  EXPECT_EQ(read(1, 4, 0, 1), Bytes{0});
  EXPECT_TRUE(ref.page(1, 4).fresh);
}

TEST_F(ReferenceTest, ASharedWriteLeavesThoseAloneWhoDroppedThePage) {
  must(map_op(4, 1, Access::write, Sharing::shared));
  must(process_op(Kind::fork, 0, 1));
  must(process_op(Kind::exec, 1));
  must(write_op(0, 4, 0, 1, 7));
  EXPECT_EQ(ref.page(1, 4), Page{});
  EXPECT_EQ(ref.bytes(1, 4)[0], 0);
}

TEST_F(ReferenceTest, ResetIsANewReference) {
  must(map_op(4, 1, Access::write, Sharing::shared));
  must(write_op(0, 4, 0, 1, 7));
  must(process_op(Kind::fork, 0, 1));
  must(process_op(Kind::exit, 0));
  ref.reset();
  EXPECT_EQ(ref.living(), 1U);
  EXPECT_TRUE(ref.alive(0));
  EXPECT_FALSE(ref.alive(1));
  for (std::uint32_t proc = 0; proc < 2; ++proc) {
    EXPECT_EQ(ref.page(proc, 4), Page{});
    EXPECT_EQ(ref.bytes(proc, 4)[0], 0);
  }
  must(map_op(0, 1, Access::write, Sharing::shared));
  EXPECT_EQ(ref.page(0, 0).object, 2U);  // names of objects start again; 1 is the file
}

TEST_F(ReferenceTest, SwapChangesNothing) {
  must(map_op(0, 2));
  must(write_op(0, 0, 0, 4, 7));
  const Bytes before(ref.bytes(0, 0).begin(), ref.bytes(0, 0).end());
  EXPECT_EQ(run(pages_op(Kind::pageout, 0, 0)), Status::bad_range);
  EXPECT_EQ(run(pages_op(Kind::pageout, 1, 2)), Status::not_mapped);
  EXPECT_EQ(run(process_op(Kind::swapoff, 1)), Status::no_process);
  must(pages_op(Kind::pageout, 0, 2));
  must(process_op(Kind::swapoff, 0));
  EXPECT_TRUE(std::ranges::equal(ref.bytes(0, 0), before));
}

}  // namespace
}  // namespace cow::model
