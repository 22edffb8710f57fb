#include "impl/kernel/areas.h"

#include "impl/machine/test_machine.h"

namespace cow::kernel {
namespace {

using Lab = machine::Lab<machine::Tiny>;

/// P0's list of areas, driven by hand. Page numbers mean nothing here.
struct AreasTest : testing::Test {
  Area area(std::uint64_t first, std::uint64_t end, Access access = Access::write) const {
    Area a;
    a.first = first;
    a.end = end;
    a.access = access;
    return a;
  }
  Area shared(std::uint64_t first, std::uint64_t end, std::uint32_t object) const {
    Area a = area(first, end);
    a.object = object;
    return a;
  }
  /// "10-12 12-14": the borders of all areas, in order.
  std::string borders() const {
    std::string text;
    for (const auto& a : std::as_const(lab.m).areas(0)) {
      text += std::to_string(a.first) + "-" + std::to_string(a.end) + " ";
    }
    return text;
  }

  Lab lab;
  Lab::M::AreaList list = lab.m.areas(0);
};

TEST_F(AreasTest, StaySortedWhateverTheOrderOfInsertion) {
  insert_area(list, area(20, 24));
  insert_area(list, area(10, 12));
  insert_area(list, area(30, 31));
  insert_area(list, area(12, 14));
  EXPECT_EQ(borders(), "10-12 12-14 20-24 30-31 ");
}

TEST_F(AreasTest, AreFoundByAnyOfTheirPages) {
  insert_area(list, area(10, 12));
  insert_area(list, area(12, 14));
  insert_area(list, area(20, 24));
  const auto found = [&](std::uint64_t page) {
    const Area* at = find_area(list, page);
    return at == nullptr ? 0 : at->first;
  };
  EXPECT_EQ(found(9), 0U);
  EXPECT_EQ(found(10), 10U);
  EXPECT_EQ(found(11), 10U);
  EXPECT_EQ(found(12), 12U);
  EXPECT_EQ(found(14), 0U) << "the end is outside";
  EXPECT_EQ(found(23), 20U);
  EXPECT_EQ(found(24), 0U);
  EXPECT_EQ(found(~std::uint64_t{0}), 0U);
}

TEST_F(AreasTest, TouchAndCoverRanges) {
  insert_area(list, area(10, 12));
  insert_area(list, area(12, 14));
  insert_area(list, area(20, 24));
  EXPECT_FALSE(touches_area(list, 0, 10));
  EXPECT_TRUE(touches_area(list, 0, 11));
  EXPECT_TRUE(touches_area(list, 13, 30));
  EXPECT_FALSE(touches_area(list, 14, 20));
  EXPECT_FALSE(touches_area(list, 24, 99));
  EXPECT_TRUE(covered(list, 10, 14)) << "by two areas";
  EXPECT_TRUE(covered(list, 11, 13));
  EXPECT_FALSE(covered(list, 9, 11));
  EXPECT_FALSE(covered(list, 13, 21)) << "a hole";
}

TEST_F(AreasTest, CarveSplitsOnlyWhatStraddles) {
  insert_area(list, area(10, 14));
  for (const std::uint64_t border : {9U, 10U, 14U, 15U}) carve(lab.m, list, border);
  EXPECT_EQ(borders(), "10-14 ");
  carve(lab.m, list, 13);
  EXPECT_EQ(borders(), "10-13 13-14 ");
  EXPECT_TRUE(list.at[0].continues_in(list.at[1]));
}

TEST_F(AreasTest, MergeJoinsNeighboursThatAreMappedAlike) {
  insert_area(list, area(10, 12));
  insert_area(list, area(12, 14));
  insert_area(list, area(14, 15));
  insert_area(list, area(15, 16, Access::read));
  insert_area(list, area(17, 18, Access::read));  // a gap before it
  Area huge = area(18, 19, Access::read);
  huge.huge = true;
  insert_area(list, huge);
  merge_areas(lab.m, list);
  EXPECT_EQ(borders(), "10-15 15-16 17-18 18-19 ");
  merge_areas(lab.m, list);
  EXPECT_EQ(borders(), "10-15 15-16 17-18 18-19 ") << "nothing more to join";
}

TEST_F(AreasTest, MergeOfNothingIsNothing) {
  merge_areas(lab.m, list);
  EXPECT_EQ(borders(), "");
}

TEST_F(AreasTest, RemoveTakesWhatLiesInTheRange) {
  insert_area(list, area(10, 12));
  insert_area(list, area(12, 14));
  insert_area(list, area(20, 24));
  insert_area(list, area(30, 31));
  remove_areas(lab.m, list, 14, 20);
  EXPECT_EQ(borders(), "10-12 12-14 20-24 30-31 ") << "only a hole";
  remove_areas(lab.m, list, 12, 30);
  EXPECT_EQ(borders(), "10-12 30-31 ");
  remove_areas(lab.m, list, 0, 99);
  EXPECT_EQ(borders(), "");
}

TEST_F(AreasTest, EveryAreaHoldsItsObjectOnce) {
  const auto object = lab.m.allocate_table().frame;
  insert_area(list, shared(10, 16, object));
  carve(lab.m, list, 12);
  carve(lab.m, list, 14);
  EXPECT_EQ(lab.m.table_references(object), 3U);
  remove_areas(lab.m, list, 12, 14);
  EXPECT_EQ(lab.m.table_references(object), 2U);
  merge_areas(lab.m, list);
  EXPECT_EQ(borders(), "10-12 14-16 ") << "a gap lies between";
  EXPECT_EQ(lab.m.table_references(object), 2U);
  carve(lab.m, list, 11);
  merge_areas(lab.m, list);
  EXPECT_EQ(borders(), "10-12 14-16 ");
  EXPECT_EQ(lab.m.table_references(object), 2U) << "the joined one gave its own back";
  remove_areas(lab.m, list, 10, 16);
  EXPECT_TRUE(lab.m.is_free(object)) << "with the last area";
}

TEST_F(AreasTest, NeighboursOfDifferentObjectsStayApart) {
  insert_area(list, shared(10, 12, lab.m.allocate_table().frame));
  insert_area(list, shared(12, 14, lab.m.allocate_table().frame));
  merge_areas(lab.m, list);
  EXPECT_EQ(borders(), "10-12 12-14 ");
}

}  // namespace
}  // namespace cow::kernel
