#include "model/reference_fixture.h"

// What becomes of pages that have a guard.

namespace cow::model {
namespace {

class Guarded : public ReferenceTest {
 protected:
  /// Pages 4 and 5 of P0 are written; then page 4 gets a guard.
  void SetUp() override {
    must(map_op(4, 3));
    must(write_op(0, 4, 0, 17, 7));
    must(pages_op(Kind::guard, 4, 1));
  }
};

TEST_F(Guarded, EveryAccessIsRefused) {
  for (const auto kind :
       {Kind::read, Kind::write, Kind::kernel_read, Kind::kernel_write, Kind::force_write}) {
    EXPECT_EQ(run(access_op(kind, 0, 4, 0, 1)), Status::segfault) << name(kind);
    EXPECT_EQ(run(access_op(kind, 0, 5, 0, 1)), Status::ok) << name(kind);
  }
  EXPECT_EQ(run({.kind = Kind::pin, .access = Access::read, .page = 4}), Status::segfault);
  EXPECT_EQ(run(write_op(0, 4, 15, 2, 1)), Status::segfault);
}

TEST_F(Guarded, WhatWasThereIsGone) {
  must(pages_op(Kind::unguard, 4, 2));
  EXPECT_EQ(read(0, 4, 0, 2), (Bytes{0, 0}));
  EXPECT_EQ(read(0, 5, 0, 1), (Bytes{23}));
}

TEST_F(Guarded, ItStaysAndMoves) {
  must(pages_op(Kind::dontneed, 4, 2));
  must(pages_op(Kind::protect, 4, 2, Access::read));
  must(pages_op(Kind::wp, 4, 1));
  EXPECT_EQ(run(write_op(0, 4, 0, 1, 1)), Status::segfault);
  must({.kind = Kind::remap, .page = 4, .count = 2, .to = 8});
  EXPECT_TRUE(ref.page(0, 8).guard);
  EXPECT_FALSE(ref.page(0, 8).wp);
  must(pages_op(Kind::unmap, 8, 1));
  must(map_op(8, 1));
  EXPECT_EQ(read(0, 8, 0, 1), (Bytes{0}));
}

TEST_F(Guarded, AChildHasItUnlessItIsWiped) {
  must({.kind = Kind::advise, .advice = Advice::wipeonfork, .page = 5, .count = 1});
  must(pages_op(Kind::guard, 5, 1));
  must(process_op(Kind::fork, 0, 1));
  EXPECT_TRUE(ref.page(1, 4).guard);
  EXPECT_FALSE(ref.page(1, 5).guard);
}

TEST_F(Guarded, OnlyAnonymousPrivateMemoryHasThem) {
  must(map_op(0, 1, Access::write, Sharing::shared));
  must(map_file(1, 1, 0, Sharing::private_));
  for (const auto kind : {Kind::guard, Kind::unguard}) {
    EXPECT_EQ(run(pages_op(kind, 0, 1)), Status::invalid);
    EXPECT_EQ(run(pages_op(kind, 1, 1)), Status::invalid);
    EXPECT_EQ(run(pages_op(kind, 6, 2)), Status::not_mapped);
    EXPECT_EQ(run(pages_op(kind, 6, 0)), Status::bad_range);
  }
}

}  // namespace
}  // namespace cow::model
