#include <algorithm>

#include "impl/machine/test_machine.h"

namespace cow::machine {
namespace {

template <class G>
struct ByteMachineTest : testing::Test {};

/// Work that leaves a mark in every section of the block.
template <class G>
void work(Lab<G>& lab) {
  EXPECT_EQ(lab.map(0, 0, 3), kernel::Status::ok);
  EXPECT_EQ(lab.map_huge(0, lab.fan, lab.fan), kernel::Status::ok);
  EXPECT_EQ(lab.map_shared(0, 3 * lab.fan, 2), kernel::Status::ok);
  for (const auto page : {0U, 2U, lab.fan, 3 * lab.fan}) {
    EXPECT_EQ(lab.write(0, page, 0x11), kernel::Status::ok);
  }
  EXPECT_EQ(lab.system.fork(0, 1), kernel::Status::ok);
  EXPECT_EQ(lab.write(1, 2, 0x22), kernel::Status::ok);
  EXPECT_EQ(lab.write(0, lab.fan + 1, 0x33), kernel::Status::ok);
}

template <class G>
std::vector<std::byte> copy(const Lab<G>& lab) {
  const auto bytes = lab.m.block_bytes();
  return {bytes.begin(), bytes.end()};
}

TYPED_TEST_SUITE(ByteMachineTest, Geometries);

TYPED_TEST(ByteMachineTest, StartsSoundWithOneEmptyProcess) {
  Lab<TypeParam> lab;
  EXPECT_EQ(lab.findings(), "");
  EXPECT_TRUE(lab.m.alive(0));
  EXPECT_FALSE(lab.m.alive(1));
  EXPECT_FALSE(lab.m.alive(99)) << "no such name";
  EXPECT_EQ(lab.used(), 1U) << "P0's root";
}

TYPED_TEST(ByteMachineTest, ResetIsTheStartByteForByte) {
  Lab<TypeParam> lab;
  const auto start = copy(lab);
  work(lab);
  EXPECT_NE(copy(lab), start);
  lab.system.reset();
  EXPECT_EQ(copy(lab), start);
}

TYPED_TEST(ByteMachineTest, TheSameWorkIsTheSameBlock) {
  Lab<TypeParam> lab;
  Lab<TypeParam> other;
  work(lab);
  work(other);
  EXPECT_EQ(copy(lab), copy(other));
}

TYPED_TEST(ByteMachineTest, ABlockMovesToAnotherMachineByCopying) {
  Lab<TypeParam> lab;
  work(lab);
  Lab<TypeParam> other;
  std::ranges::copy(lab.m.block_bytes(), other.m.block_bytes().begin());
  EXPECT_EQ(other.findings(), "");
  EXPECT_EQ(other.at(1, 2), 0x22);
  EXPECT_EQ(other.at(0, 2), 0x11);
  EXPECT_EQ(other.write(0, 2, 0x44), kernel::Status::ok);
  EXPECT_EQ(lab.at(0, 2), 0x11) << "the first machine goes its own way";
}

TYPED_TEST(ByteMachineTest, RefusesConfigurationsThatItCannotBuild) {
  const auto sound = test_config<TypeParam>();
  const auto refused = [](Config config) {
    EXPECT_THROW(ByteMachine<TypeParam>{config}, std::invalid_argument);
  };
  auto bad = sound;
  bad.frames = 1, refused(bad), bad = sound;
  bad.procs = 0, refused(bad), bad = sound;
  bad.procs = 0x10000, refused(bad), bad = sound;
  bad.cpus = 0, refused(bad), bad = sound;
  bad.pages = 0, refused(bad), bad = sound;
  bad.pages = Lab<TypeParam>::fan, refused(bad), bad = sound;  // user space would not be aligned
  if (ByteMachine<TypeParam>::all_pages < 0x10000) bad.pages = 0x10000, refused(bad);
}

TYPED_TEST(ByteMachineTest, UserSpaceUsesEveryLevelOfTheTree) {
  Lab<TypeParam> lab;
  using M = TestMachine<TypeParam>;
  const auto first = lab.m.user_first(), last = lab.m.user_end() - 1;
  for (int level = 1; level < M::levels; ++level) {
    EXPECT_NE(kernel::index_at<M>(first, level), kernel::index_at<M>(last, level));
  }
}

TYPED_TEST(ByteMachineTest, ComplainsAboutALockTakenTwice) {
  Lab<TypeParam> lab;
  lab.m.lock_space(0);
  EXPECT_EQ(lab.findings(), "progress: 1 locks are still held\n");
  lab.m.lock_space(0);
  EXPECT_EQ(lab.findings(), "progress: lock 0 was taken twice\nprogress: 2 locks are still held\n");
}

TYPED_TEST(ByteMachineTest, ComplainsAboutALockReleasedButNotHeld) {
  Lab<TypeParam> lab;
  lab.m.lock_table(0);
  lab.m.unlock_table(0);
  EXPECT_EQ(lab.findings(), "");
  lab.m.unlock_table(0);
  EXPECT_EQ(lab.m.header().complaint.what, 5);
  EXPECT_EQ(lab.m.header().complaint.law, kernel::Law::progress);
}

}  // namespace
}  // namespace cow::machine
