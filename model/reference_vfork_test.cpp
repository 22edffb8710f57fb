#include "model/reference_fixture.h"

// What a vfork lends, and for whom a process may wait.

namespace cow::model {
namespace {

class Vfork : public ReferenceTest {
 protected:
  /// Page 4 of P0 is written; then P1 has it.
  void SetUp() override {
    must(map_op(4, 2));
    must(write_op(0, 4, 0, 2, 7));
    must(process_op(Kind::vfork, 0, 1));
  }
};

TEST_F(Vfork, TheChildHasTheMemoryItself) {
  EXPECT_EQ(read(1, 4, 0, 2), (Bytes{7, 8}));
  must(write_op(1, 4, 1, 1, 9));
  Op elsewhere = map_op(8, 1);
  elsewhere.proc = 1;
  must(elsewhere);
  must(process_op(Kind::exit, 1));
  EXPECT_EQ(read(0, 4, 0, 2), (Bytes{7, 9}));
  EXPECT_TRUE(ref.page(0, 8).mapped);
  EXPECT_FALSE(ref.alive(1));
}

TEST_F(Vfork, TheParentWaits) {
  EXPECT_TRUE(ref.process(0).waits);
  for (const auto kind : {Kind::read, Kind::map, Kind::unpin, Kind::fork, Kind::exec, Kind::exit,
                          Kind::compact, Kind::wait}) {
    EXPECT_EQ(run({.kind = kind, .child = 1, .page = 4, .count = 1}), Status::busy) << name(kind);
  }
  EXPECT_EQ(run({.kind = Kind::read, .page = 99}), Status::busy);
}

TEST_F(Vfork, ExecGivesItBackAndTheChildBeginsWithNothing) {
  must(process_op(Kind::exec, 1));
  EXPECT_FALSE(ref.process(0).waits);
  EXPECT_FALSE(ref.page(1, 4).mapped);
  EXPECT_EQ(ref.bytes(1, 4)[0], 0);
  EXPECT_EQ(read(0, 4, 0, 2), (Bytes{7, 8}));
  must(process_op(Kind::exit, 1));
  EXPECT_EQ(read(0, 4, 0, 2), (Bytes{7, 8})) << "nothing was lent any more";
}

TEST_F(Vfork, WhoBorrowsMayLendAndFork) {
  must(process_op(Kind::vfork, 1, 2));
  EXPECT_EQ(run(process_op(Kind::exec, 1)), Status::busy);
  must(process_op(Kind::fork, 2, 3));
  must(write_op(2, 4, 0, 1, 1));
  EXPECT_EQ(read(3, 4, 0, 2), (Bytes{7, 8}));
  must(process_op(Kind::exit, 2));
  EXPECT_EQ(read(1, 4, 0, 2), (Bytes{1, 8}));
  EXPECT_TRUE(ref.process(0).waits);
  must(process_op(Kind::exec, 1));
  EXPECT_EQ(read(0, 4, 0, 2), (Bytes{1, 8}));
}

TEST_F(Vfork, PinsAreOfWhoTookThem) {
  must(process_op(Kind::exit, 1));
  must({.kind = Kind::pin, .access = Access::write, .page = 4});
  must(process_op(Kind::vfork, 0, 1));
  EXPECT_EQ(run(process_op(Kind::unpin, 1)), Status::no_pin);
  must({.kind = Kind::pin, .proc = 1, .access = Access::write, .page = 4});
  must({.kind = Kind::device_write, .proc = 1, .value = 3, .length = 1});
  must(process_op(Kind::exec, 1));
  EXPECT_EQ(ref.pin(1, 0).access, Access::none);
  EXPECT_EQ(ref.pinned(0, 0)[0], 3);
  EXPECT_EQ(read(0, 4, 0, 1), Bytes{3});
}

TEST_F(Vfork, ResetForgetsLoans) {
  ref.reset();
  EXPECT_FALSE(ref.process(0).waits);
  EXPECT_FALSE(ref.page(0, 4).mapped);
  EXPECT_EQ(ref.bytes(0, 4)[0], 0);
  EXPECT_EQ(run(process_op(Kind::wait, 0, 1)), Status::no_process);
}

TEST_F(ReferenceTest, OnlyItsParentWaitsForAProcessAndOnce) {
  must(process_op(Kind::fork, 0, 1));
  must(process_op(Kind::fork, 0, 2));
  EXPECT_EQ(run(process_op(Kind::wait, 0, 1)), Status::busy);
  EXPECT_EQ(run(process_op(Kind::wait, 0, 0)), Status::no_process);
  EXPECT_EQ(run(process_op(Kind::wait, 0, 9)), Status::bad_range);
  must(process_op(Kind::exec, 1));
  must(process_op(Kind::exit, 1));
  EXPECT_EQ(run(process_op(Kind::wait, 2, 1)), Status::no_process);
  must(process_op(Kind::wait, 0, 1));
  EXPECT_EQ(run(process_op(Kind::wait, 0, 1)), Status::no_process);
}

TEST_F(ReferenceTest, ANameThatIsGivenAnewIsWaitedForNoMore) {
  must(process_op(Kind::fork, 0, 1));
  must(process_op(Kind::exit, 1));
  must(process_op(Kind::fork, 0, 2));
  must(process_op(Kind::vfork, 2, 1));
  must(process_op(Kind::exit, 1));
  EXPECT_EQ(run(process_op(Kind::wait, 0, 1)), Status::no_process);
  must(process_op(Kind::wait, 2, 1));
}

TEST_F(ReferenceTest, NobodyWaitsForTheChildrenOfTheDead) {
  must(process_op(Kind::fork, 0, 1));
  must(process_op(Kind::fork, 1, 2));
  must(process_op(Kind::exit, 1));
  must(process_op(Kind::fork, 0, 1));
  must(process_op(Kind::exit, 2));
  EXPECT_EQ(run(process_op(Kind::wait, 1, 2)), Status::no_process) << "another P1";
}

}  // namespace
}  // namespace cow::model
