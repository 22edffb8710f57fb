#include "impl/kernel/uffd.h"

#include "impl/machine/test_machine.h"

namespace cow::kernel {
namespace {

using machine::Lab;

template <class G>
struct UffdTest : testing::Test {
  Lab<G> lab;
  auto entry(std::uint32_t p, std::uint64_t page) const { return lab.walk(p, page).entry; }
  Status wp(std::uint64_t page, std::uint64_t count, bool on = true) {
    return lab.system.write_protect(0, page, count, on);
  }
};

TYPED_TEST_SUITE(UffdTest, machine::Geometries);

TYPED_TEST(UffdTest, AWriteIsRefusedByWhomeverItComes) {
  auto& lab = this->lab;
  const std::uint8_t value = 7;
  lab.map(0, 0, 1);
  lab.write(0, 0, 5);
  ASSERT_EQ(this->wp(0, 1), Status::ok);
  EXPECT_EQ(lab.write(0, 0, 6), Status::trapped);
  EXPECT_EQ(lab.system.kernel_write(0, 0, {&value, 1}, false), Status::trapped);
  EXPECT_EQ(lab.system.kernel_write(0, 0, {&value, 1}, true), Status::trapped) << "row A11";
  EXPECT_EQ(lab.system.pin(0, 0, {0, 0, Access::write}), Status::trapped);
  EXPECT_EQ(lab.at(0, 0), 5);
  EXPECT_EQ(lab.system.pin(0, 0, {0, 0, Access::read}), Status::ok);
  EXPECT_EQ(lab.findings(), "");
  ASSERT_EQ(this->wp(0, 1, false), Status::ok);
  EXPECT_EQ(lab.write(0, 0, 6), Status::ok);
  EXPECT_EQ(lab.copies(), 0U);
}

TYPED_TEST(UffdTest, AMarkerSpeaksForAPageThatIsNotThereYet) {
  auto& lab = this->lab;
  lab.map(0, 0, 3);
  this->wp(0, 2);
  EXPECT_TRUE(this->entry(0, 0).is_marker());
  EXPECT_EQ(lab.write(0, 0, 6), Status::trapped);
  EXPECT_EQ(lab.at(0, 1), 0) << "read first";
  EXPECT_EQ(lab.write(0, 1, 6), Status::trapped);
  EXPECT_EQ(lab.write(0, 2, 6), Status::ok);
  EXPECT_EQ(lab.findings(), "");
  this->wp(0, 3, false);
  EXPECT_EQ(lab.write(0, 0, 6), Status::ok);
  EXPECT_EQ(lab.write(0, 1, 6), Status::ok);
  lab.system.unmap(0, 0, 3);
  EXPECT_EQ(lab.findings(), "");
}

TYPED_TEST(UffdTest, ItSurvivesWhateverMovesThePage) {
  auto& lab = this->lab;
  constexpr auto fan = Lab<TypeParam>::fan;
  lab.map_huge(0, 0, fan);
  lab.write(0, 0, 5);
  this->wp(0, fan);
  EXPECT_TRUE(this->entry(0, 0).huge());
  EXPECT_EQ(lab.write(0, 0, 6), Status::trapped) << "huge";
  lab.system.migrate(0, 0, fan);
  EXPECT_EQ(lab.write(0, 0, 6), Status::trapped) << "migrated";
  lab.system.split(0, 0, 1);
  EXPECT_FALSE(this->entry(0, 0).huge());
  EXPECT_EQ(lab.write(0, 0, 6), Status::trapped) << "split";
  lab.system.pageout(0, 0, 1);
  EXPECT_TRUE(this->entry(0, 0).swapped());
  EXPECT_EQ(lab.write(0, 0, 6), Status::trapped) << "in swap";
  EXPECT_EQ(lab.at(0, 0), 5);
  EXPECT_EQ(lab.write(0, 0, 6), Status::trapped) << "back";
  lab.system.protect(0, 0, fan, Access::read);
  lab.system.protect(0, 0, fan, Access::write);
  EXPECT_EQ(lab.write(0, 0, 6), Status::trapped) << "protected and back";
  lab.system.collapse(0, 0, fan);
  EXPECT_FALSE(this->entry(0, 0).huge()) << "row D25";
  EXPECT_EQ(lab.findings(), "");
}

TYPED_TEST(UffdTest, NeitherAChildNorAMovedPageNorAFreshOneHasIt) {
  auto& lab = this->lab;
  lab.map(0, 0, 2);
  lab.write(0, 0, 5);
  lab.write(0, 1, 5);
  this->wp(0, 2);
  ASSERT_EQ(lab.system.fork(0, 1), Status::ok);
  EXPECT_EQ(lab.write(1, 0, 6), Status::ok);
  EXPECT_EQ(lab.write(0, 0, 6), Status::trapped);
  lab.system.remap(0, 0, 1, 8);
  EXPECT_EQ(lab.write(0, 8, 6), Status::ok);
  lab.system.dontneed(0, 1, 1);
  EXPECT_EQ(lab.write(0, 1, 6), Status::ok);
  EXPECT_EQ(lab.findings(), "");
}

TYPED_TEST(UffdTest, AnUnshareKeepsIt) {
  auto& lab = this->lab;
  lab.map(0, 0, 1);
  lab.write(0, 0, 5);
  lab.system.fork(0, 1);
  this->wp(0, 1);
  ASSERT_EQ(lab.system.pin(0, 0, {0, 0, Access::read}), Status::ok);
  EXPECT_EQ(lab.copies(), 1U);
  EXPECT_EQ(lab.write(0, 0, 6), Status::trapped);
}

TYPED_TEST(UffdTest, WithoutMemoryForMarkersNothingChanges) {
  auto& lab = this->lab;
  lab.map(0, 0, 1);
  lab.system.fail_allocation(1);
  EXPECT_EQ(this->wp(0, 1), Status::no_memory);
  lab.system.fail_allocation(0);
  EXPECT_EQ(lab.write(0, 0, 6), Status::ok);
  EXPECT_EQ(lab.findings(), "");
}

TYPED_TEST(UffdTest, OnlyAnonymousPrivateMemoryCanBeWriteProtected) {
  auto& lab = this->lab;
  lab.map(0, 0, 1);
  lab.map_shared(0, 1, 1);
  EXPECT_EQ(this->wp(0, 2), Status::invalid);
  EXPECT_EQ(this->wp(1, 2), Status::not_mapped);
  EXPECT_EQ(this->wp(0, 0), Status::bad_range);
}

/// The laws about it can fail.
TYPED_TEST(UffdTest, AWritableEntryAndAMisplacedMarkerAreFound) {
  auto& lab = this->lab;
  const auto index = index_at<typename Lab<TypeParam>::M>(lab.m.user_first(), 0);
  lab.map(0, 0, 1);
  lab.write(0, 0, 5);
  const auto at = lab.walk(0, 0);
  lab.m.store_at(at.table, index, at.entry.with_wp(true));
  EXPECT_NE(lab.findings().find("permission: P0 p0 may be written, though"), std::string::npos);
  lab.m.store_at(at.table, index, at.entry);
  lab.m.store_at(at.table, index + 1, decltype(at.entry)::none().with_wp(true));
  EXPECT_NE(lab.findings().find("permission: P0 p1 has a marker that no page"), std::string::npos);
}

}  // namespace
}  // namespace cow::kernel
