#include "impl/machine/alike.h"

#include "impl/machine/test_machine.h"

namespace cow::machine {
namespace {

using kernel::Access;
using kernel::Area;
using kernel::Status;

TEST(Alike, AreasThatMeetAndAreAlikeCouldBeOne) {
  const Area left{.first = 4, .end = 6, .access = Access::write};
  const Area right{.first = 6, .end = 9, .access = Access::write};
  EXPECT_TRUE(could_be_one(left, right));
  auto other = right;
  other.access = Access::read;
  EXPECT_FALSE(could_be_one(left, other));
  other = right;
  other.dontfork = true;
  EXPECT_FALSE(could_be_one(left, other));
  other = right;
  other.first = 7;
  EXPECT_FALSE(could_be_one(left, other));
}

TEST(Alike, WhereTheirPagesLieInTheObjectCounts) {
  const Area left{.first = 4, .end = 6, .offset = 1, .object = 7};
  EXPECT_TRUE(could_be_one(left, {.first = 6, .end = 7, .offset = 3, .object = 7}));
  EXPECT_FALSE(could_be_one(left, {.first = 6, .end = 7, .offset = 4, .object = 7}));
  EXPECT_FALSE(could_be_one(left, {.first = 6, .end = 7, .offset = 3, .object = 8}));
}

/// The canary of the audit: a border where none is needed, and nothing else is wrong.
TEST(Alike, TheAuditFindsAreasThatCouldBeOne) {
  Lab<Tiny> lab;
  ASSERT_EQ(lab.map(0, 1, 2), Status::ok);
  ASSERT_EQ(lab.findings(), "");
  lab.m.lock_space(0);
  auto list = lab.m.areas(0);
  kernel::carve(lab.m, list, lab.m.user_first() + 2);
  lab.m.unlock_space(0);
  EXPECT_EQ(lab.findings(), "frugal: P0 has two areas, to p2 and from there, that could be one\n");
}

}  // namespace
}  // namespace cow::machine
