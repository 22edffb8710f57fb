#include "impl/kernel/mapping.h"

#include "impl/machine/test_machine.h"

namespace cow::kernel {
namespace {

using machine::Lab;

template <class G>
struct MappingTest : testing::Test {};

TYPED_TEST_SUITE(MappingTest, machine::Geometries);

/// Names a call for each of map, unmap and protect with the same range.
template <class G>
std::array<Status, 3> all_three(Lab<G>& lab, std::uint64_t page, std::uint64_t count) {
  return {lab.map(0, page, count), lab.system.unmap(0, page, count),
          lab.system.protect(0, page, count, Access::read)};
}

TYPED_TEST(MappingTest, RefusesRangesOutsideUserSpace) {
  Lab<TypeParam> lab;
  constexpr std::uint64_t top = ~std::uint64_t{0};
  const auto pages = std::uint64_t{lab.m.config().pages};
  constexpr std::array all = {Status::bad_range, Status::bad_range, Status::bad_range};
  EXPECT_EQ(all_three(lab, 0, 0), all);
  EXPECT_EQ(all_three(lab, 0, pages + 1), all);
  EXPECT_EQ(all_three(lab, pages, 1), all);
  EXPECT_EQ(all_three(lab, top, 1), all) << "the page before the first";
  EXPECT_EQ(all_three(lab, top, 3), all) << "begins there and reaches in";
  EXPECT_EQ(all_three(lab, 1, top), all) << "the end would wrap to the start";
  EXPECT_EQ(all_three(lab, 1, top - 1), all);
  EXPECT_EQ(all_three(lab, top - 7, 16), all);
  EXPECT_TRUE(std::as_const(lab.m).areas(0).empty());
}

TYPED_TEST(MappingTest, RefusesWhatTheListForbids) {
  Lab<TypeParam> lab;
  ASSERT_EQ(lab.map(0, 1, 2), Status::ok);
  EXPECT_EQ(lab.map(0, 0, 2), Status::occupied);
  EXPECT_EQ(lab.map(0, 2, 1), Status::occupied);
  EXPECT_EQ(lab.system.protect(0, 0, 2, Access::read), Status::not_mapped);
  EXPECT_EQ(lab.system.protect(0, 2, 2, Access::read), Status::not_mapped);
  EXPECT_EQ(lab.map(1, 0, 1), Status::no_process);
  EXPECT_EQ(lab.system.unmap(1, 0, 1), Status::no_process);
  EXPECT_EQ(lab.system.protect(1, 1, 1, Access::read), Status::no_process);
  EXPECT_EQ(lab.write(0, 2, 1), Status::ok) << "nothing of that was protected";
}

TYPED_TEST(MappingTest, UnmapsRangesWithHoles) {
  Lab<TypeParam> lab;
  ASSERT_EQ(lab.map(0, 0, 2), Status::ok);
  ASSERT_EQ(lab.map(0, 3, 2), Status::ok);
  for (const auto page : {0U, 1U, 3U, 4U}) ASSERT_EQ(lab.write(0, page, 1), Status::ok);
  EXPECT_EQ(lab.system.unmap(0, 1, 3), Status::ok);
  EXPECT_EQ(lab.write(0, 1, 1), Status::segfault);
  EXPECT_EQ(lab.write(0, 3, 1), Status::segfault);
  EXPECT_EQ(lab.at(0, 0), 1);
  EXPECT_EQ(lab.at(0, 4), 1);
  EXPECT_EQ(lab.system.unmap(0, 1, 3), Status::ok) << "all hole";
  EXPECT_EQ(lab.findings(), "");
  EXPECT_EQ(lab.system.unmap(0, 0, lab.m.config().pages), Status::ok);
  EXPECT_EQ(lab.used(), 1U);
}

TYPED_TEST(MappingTest, AFreshMappingReadsAsZeroes) {
  Lab<TypeParam> lab;
  ASSERT_EQ(lab.map(0, 0, 1), Status::ok);
  ASSERT_EQ(lab.write(0, 0, 1), Status::ok);
  ASSERT_EQ(lab.system.unmap(0, 0, 1), Status::ok);
  ASSERT_EQ(lab.map(0, 0, 1), Status::ok);
  EXPECT_EQ(lab.at(0, 0), 0);
}

TYPED_TEST(MappingTest, NeighboursMappedAlikeBecomeOneArea) {
  Lab<TypeParam> lab;
  ASSERT_EQ(lab.map(0, 0, 2), Status::ok);
  ASSERT_EQ(lab.map(0, 2, 2), Status::ok);
  EXPECT_EQ(std::as_const(lab.m).areas(0).size(), 1U);
  ASSERT_EQ(lab.system.protect(0, 1, 2, Access::read), Status::ok);
  EXPECT_EQ(std::as_const(lab.m).areas(0).size(), 3U);
  ASSERT_EQ(lab.system.protect(0, 1, 2, Access::write), Status::ok);
  EXPECT_EQ(std::as_const(lab.m).areas(0).size(), 1U);
}

TYPED_TEST(MappingTest, WriteComesBackAtOnceOnlyToASoleOwner) {
  Lab<TypeParam> lab;
  ASSERT_EQ(lab.map(0, 0, 2), Status::ok);
  ASSERT_EQ(lab.write(0, 0, 1), Status::ok);
  ASSERT_EQ(lab.system.fork(0, 1), Status::ok);
  ASSERT_EQ(lab.write(0, 1, 2), Status::ok);  // P0 only
  ASSERT_EQ(lab.system.protect(0, 0, 2, Access::read), Status::ok);
  ASSERT_EQ(lab.system.protect(0, 0, 2, Access::write), Status::ok);
  EXPECT_FALSE(lab.walk(0, 0).entry.writable()) << "the child has it too";
  EXPECT_TRUE(lab.walk(0, 1).entry.writable());
  EXPECT_EQ(lab.findings(), "");
  ASSERT_EQ(lab.write(0, 0, 3), Status::ok);
  EXPECT_EQ(lab.at(1, 0), 1);
}

}  // namespace
}  // namespace cow::kernel
