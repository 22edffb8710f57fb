#include "impl/kernel/walk.h"

#include <vector>

#include "impl/machine/test_machine.h"

namespace cow::kernel {
namespace {

template <class G>
struct WalkTest : testing::Test {};

TYPED_TEST_SUITE(WalkTest, machine::Geometries);

/// P0's empty tree and a page of it.
template <class G>
struct TreeLab : machine::Lab<G> {
  using M = typename machine::Lab<G>::M;
  using Entry = typename M::Entry;
  std::uint32_t root = this->m.root(0);
  std::uint64_t page = this->m.user_first();  ///< aligned to a huge page

  std::uint32_t table(std::uint64_t at, int level) {
    return make_table(this->m, root, at, level).value_or(machine::none);
  }
  void plant(std::uint64_t at, std::uint32_t frame) {
    this->m.store_at(table(at, 0), index_at<M>(at, 0), Entry::leaf(frame, true, true));
  }
};

TYPED_TEST(WalkTest, EndsAtTheRootOfAnEmptyTree) {
  TreeLab<TypeParam> lab;
  const auto at = kernel::walk<typename TreeLab<TypeParam>::M>(lab.m, lab.root, lab.page);
  EXPECT_EQ(at.table, lab.root);
  EXPECT_EQ(at.level, 3);
  EXPECT_FALSE(at.entry.present());
}

TYPED_TEST(WalkTest, FindsALeafOfEitherSize) {
  using Entry = typename TreeLab<TypeParam>::Entry;
  TreeLab<TypeParam> lab;
  lab.plant(lab.page + 1, 7);
  const auto small = lab.walk(0, 1);
  EXPECT_EQ(small.level, 0);
  EXPECT_EQ(small.entry.frame(), 7U);
  EXPECT_FALSE(lab.walk(0, 0).entry.present());
  const auto pmd = lab.table(lab.page + lab.fan, 1);
  using M = typename TreeLab<TypeParam>::M;
  lab.m.store_at(pmd, index_at<M>(lab.page + lab.fan, 1), Entry::huge_leaf(lab.fan, true, false));
  for (const auto i : {0U, lab.fan - 1}) {
    EXPECT_EQ(lab.walk(0, lab.fan + i).level, 1);
    EXPECT_EQ(lab.walk(0, lab.fan + i).table, pmd);
    EXPECT_TRUE(lab.walk(0, lab.fan + i).entry.huge());
  }
}

TYPED_TEST(WalkTest, MakesEachTableOnce) {
  TreeLab<TypeParam> lab;
  const auto free = lab.m.free_frames();
  const auto table = make_table(lab.m, lab.root, lab.page, 0);
  ASSERT_TRUE(table);
  EXPECT_EQ(lab.m.free_frames(), free - 3);
  EXPECT_EQ(lab.walk(0, 0).table, table.value_or(machine::none));
  EXPECT_EQ(make_table(lab.m, lab.root, lab.page + 1, 0), table);
  EXPECT_EQ(lab.m.free_frames(), free - 3) << "all there already";
  EXPECT_NE(make_table(lab.m, lab.root, lab.page + lab.fan, 0), table);
  EXPECT_EQ(lab.m.free_frames(), free - 4) << "the two upper levels are shared";
}

TYPED_TEST(WalkTest, KeepsWhatItMadeWhenMemoryRunsOut) {
  for (std::uint32_t k = 1; k <= 3; ++k) {
    TreeLab<TypeParam> lab;
    const auto free = lab.m.free_frames();
    lab.m.fail_allocation(k);
    EXPECT_FALSE(make_table(lab.m, lab.root, lab.page, 0)) << "k = " << k;
    EXPECT_EQ(lab.m.free_frames(), free - (k - 1));
    EXPECT_EQ(lab.m.header().locks, 0U);
    free_empty_tables(lab.m, lab.root, 3, 0, lab.page, lab.page + 1);
    EXPECT_EQ(lab.m.free_frames(), free);
  }
}

TYPED_TEST(WalkTest, FreesEmptyTablesOnThePathOnly) {
  using M = typename TreeLab<TypeParam>::M;
  TreeLab<TypeParam> lab;
  const auto fan = lab.fan;
  lab.plant(lab.page, 7);
  make_table(lab.m, lab.root, lab.page + fan, 0);  // empty
  make_table(lab.m, lab.root, lab.page + 2 * fan, 0);
  const auto used = lab.used();
  free_empty_tables(lab.m, lab.root, 3, 0, lab.page, lab.page + fan);
  EXPECT_EQ(lab.used(), used) << "that one holds a leaf, the others are not on the path";
  free_empty_tables(lab.m, lab.root, 3, 0, lab.page, lab.page + fan + 1);
  EXPECT_EQ(lab.used(), used - 1);
  EXPECT_FALSE(lab.walk(0, fan).entry.present());
  EXPECT_EQ(lab.walk(0, 0).entry.frame(), 7U);
  lab.m.store_at(lab.walk(0, 0).table, index_at<M>(lab.page, 0), M::Entry::none());
  free_empty_tables(lab.m, lab.root, 3, 0, lab.m.user_first(), lab.m.user_end());
  EXPECT_EQ(lab.used(), 1U) << "only the root is left";
  EXPECT_TRUE(lab.m.table_empty(lab.root));
}

TYPED_TEST(WalkTest, VisitsRunsOfEntriesAndHugeLeavesInOrder) {
  using M = typename TreeLab<TypeParam>::M;
  TreeLab<TypeParam> lab;
  const auto fan = std::uint64_t{lab.fan};
  lab.plant(lab.page, 7);
  lab.m.store_at(lab.table(lab.page + fan, 1), index_at<M>(lab.page + fan, 1),
                 M::Entry::huge_leaf(lab.fan, true, true));
  lab.plant(lab.page + 2 * fan, 8);
  std::vector<std::uint64_t> visited;
  const auto visit = [&](std::uint64_t first, std::uint64_t end, std::size_t most) {
    visited.clear();
    return for_each_leaf(
        lab.m, lab.root, lab.page + first, lab.page + end,
        [&](auto, std::uint64_t at, std::uint32_t count) {
          visited.insert(visited.end(), {at - lab.page, count});
          return visited.size() < most;
        },
        [&](auto, std::uint64_t at) {
          visited.insert(visited.end(), {at - lab.page, 0});
          return visited.size() < most;
        });
  };
  using Visits = std::vector<std::uint64_t>;
  EXPECT_TRUE(visit(0, 4 * fan, 99));
  EXPECT_EQ(visited, (Visits{0, fan, fan, 0, 2 * fan, fan}));
  EXPECT_TRUE(visit(1, 2 * fan + 1, 99));
  EXPECT_EQ(visited, (Visits{1, fan - 1, fan, 0, 2 * fan, 1}));
  EXPECT_TRUE(visit(3 * fan, 4 * fan, 99));
  EXPECT_EQ(visited, Visits{});
  EXPECT_FALSE(visit(0, 4 * fan, 2)) << "told to stop by a table";
  EXPECT_FALSE(visit(0, 4 * fan, 4)) << "told to stop by a huge leaf";
  EXPECT_EQ(visited, (Visits{0, fan, fan, 0}));
}

TEST(Walk, SpansAndIndices) {
  using M = machine::ByteMachine<machine::X86_64>;
  EXPECT_EQ(span<M>(0), 1U);
  EXPECT_EQ(span<M>(1), 512U);
  EXPECT_EQ(span<M>(3), std::uint64_t{1} << 27);
  const std::uint64_t page = (std::uint64_t{5} << 27) + (6U << 18) + (7U << 9) + 8;
  EXPECT_EQ(index_at<M>(page, 3), 5U);
  EXPECT_EQ(index_at<M>(page, 2), 6U);
  EXPECT_EQ(index_at<M>(page, 1), 7U);
  EXPECT_EQ(index_at<M>(page, 0), 8U);
}

}  // namespace
}  // namespace cow::kernel
