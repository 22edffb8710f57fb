#include "impl/machine/test_machine.h"

namespace cow::machine {
namespace {

template <class G>
struct TlbsTest : testing::Test {};

/// A machine whose TLBs are filled by hand, and questions to them.
template <class G>
struct TlbLab : Lab<G> {
  using Entry = typename TestMachine<G>::Entry;
  std::uint64_t page = this->m.user_first();  ///< aligned to a huge page

  bool finds(std::uint32_t cpu, std::uint32_t p, std::uint64_t at, bool write = false) {
    return this->m.tlb_find(cpu, p, at, write).has_value();
  }
  std::uint64_t shootdowns() const { return this->m.events(kernel::Event::shootdown); }
};

TYPED_TEST_SUITE(TlbsTest, Geometries);

TYPED_TEST(TlbsTest, FindsWhatWasFilledAndNothingElse) {
  TlbLab<TypeParam> lab;
  using Entry = typename TlbLab<TypeParam>::Entry;
  const auto page = lab.page;
  EXPECT_FALSE(lab.finds(0, 1, page));
  lab.m.tlb_fill(0, 1, page, Entry::leaf(7, true, true));
  EXPECT_EQ(lab.m.tlb_find(0, 1, page, false), 7U);
  EXPECT_EQ(lab.m.tlb_find(0, 1, page, true), 7U);
  EXPECT_FALSE(lab.finds(1, 1, page)) << "another CPU";
  EXPECT_FALSE(lab.finds(0, 2, page)) << "another process";
  EXPECT_FALSE(lab.finds(0, 1, page + 1)) << "another page";
}

TYPED_TEST(TlbsTest, AReadOnlyTranslationDoesNotServeWrites) {
  TlbLab<TypeParam> lab;
  using Entry = typename TlbLab<TypeParam>::Entry;
  lab.m.tlb_fill(0, 1, lab.page, Entry::leaf(7, true, false));
  EXPECT_TRUE(lab.finds(0, 1, lab.page));
  EXPECT_FALSE(lab.finds(0, 1, lab.page, true));
  lab.m.tlb_fill(0, 1, lab.page, Entry::leaf(7, true, true));
  EXPECT_TRUE(lab.finds(0, 1, lab.page, true)) << "the new one replaces the old one";
}

TYPED_TEST(TlbsTest, OneHugeTranslationServesAllItsPages) {
  TlbLab<TypeParam> lab;
  using Entry = typename TlbLab<TypeParam>::Entry;
  const auto page = lab.page, fan = std::uint64_t{lab.fan};
  lab.m.tlb_fill(0, 1, page + 3, Entry::huge_leaf(2 * lab.fan, true, false));
  for (std::uint64_t i = 0; i < fan; ++i) {
    EXPECT_EQ(lab.m.tlb_find(0, 1, page + i, false), 2 * fan + i);
  }
  EXPECT_FALSE(lab.finds(0, 1, page + 1, true)) << "read-only";
  EXPECT_FALSE(lab.finds(0, 1, page + fan));
  EXPECT_FALSE(lab.finds(0, 1, page - 1));
}

TYPED_TEST(TlbsTest, FlushesAPageOfAnySizeOnEveryCpu) {
  TlbLab<TypeParam> lab;
  using Entry = typename TlbLab<TypeParam>::Entry;
  const auto page = lab.page;
  for (std::uint32_t cpu = 0; cpu < 2; ++cpu) {
    lab.m.tlb_fill(cpu, 1, page, Entry::leaf(7, true, true));
    lab.m.tlb_fill(cpu, 1, page + 1, Entry::leaf(8, true, true));
    lab.m.tlb_fill(cpu, 2, page, Entry::leaf(7, true, true));
    lab.m.tlb_fill(cpu, 1, page, Entry::huge_leaf(0, true, true));
    lab.m.tlb_fill(cpu, 1, page + lab.fan, Entry::huge_leaf(lab.fan, true, true));
  }
  const auto before = lab.shootdowns();
  lab.m.flush_page(1, page);
  EXPECT_EQ(lab.shootdowns(), before + 1);
  for (std::uint32_t cpu = 0; cpu < 2; ++cpu) {
    EXPECT_FALSE(lab.finds(cpu, 1, page));
    EXPECT_TRUE(lab.finds(cpu, 1, page + 1)) << "a small neighbour stays";
    EXPECT_FALSE(lab.finds(cpu, 1, page + 2)) << "the huge one is gone as a whole";
    EXPECT_TRUE(lab.finds(cpu, 1, page + lab.fan)) << "its neighbour stays";
    EXPECT_TRUE(lab.finds(cpu, 2, page)) << "another process's stays";
  }
}

TYPED_TEST(TlbsTest, FlushesAProcessAndNoOther) {
  TlbLab<TypeParam> lab;
  using Entry = typename TlbLab<TypeParam>::Entry;
  for (std::uint32_t cpu = 0; cpu < 2; ++cpu) {
    for (std::uint32_t p = 0; p < 2; ++p) {
      lab.m.tlb_fill(cpu, p, lab.page, Entry::leaf(7, true, true));
      lab.m.tlb_fill(cpu, p, lab.page + lab.fan, Entry::huge_leaf(lab.fan, true, true));
    }
  }
  const auto before = lab.shootdowns();
  lab.m.flush_process(0);
  EXPECT_EQ(lab.shootdowns(), before + 1);
  for (std::uint32_t cpu = 0; cpu < 2; ++cpu) {
    EXPECT_FALSE(lab.finds(cpu, 0, lab.page));
    EXPECT_FALSE(lab.finds(cpu, 0, lab.page + lab.fan));
    EXPECT_TRUE(lab.finds(cpu, 1, lab.page));
    EXPECT_TRUE(lab.finds(cpu, 1, lab.page + lab.fan));
  }
}

TYPED_TEST(TlbsTest, TheNextPageOfASlotEvictsTheLast) {
  TlbLab<TypeParam> lab;
  using Entry = typename TlbLab<TypeParam>::Entry;
  lab.m.tlb_fill(0, 1, lab.page, Entry::leaf(7, true, true));
  lab.m.tlb_fill(0, 1, lab.page + TypeParam::tlb_small, Entry::leaf(8, true, true));
  EXPECT_FALSE(lab.finds(0, 1, lab.page));
  EXPECT_TRUE(lab.finds(0, 1, lab.page + TypeParam::tlb_small));
}

TYPED_TEST(TlbsTest, CachesUntilAFlushEvenWhenTheTableChanges) {
  TlbLab<TypeParam> lab;
  ASSERT_EQ(lab.map(0, 0, 1), kernel::Status::ok);
  ASSERT_EQ(lab.write(0, 0, 1), kernel::Status::ok);
  const auto at = lab.walk(0, 0);
  lab.m.store_at(at.table, kernel::index_at<TestMachine<TypeParam>>(lab.page, 0), at.entry.none());
  EXPECT_EQ(lab.at(0, 0), 1) << "stale, as on a real processor";
  lab.m.flush_page(0, lab.page);
  EXPECT_EQ(lab.at(0, 0), 0) << "a new, zeroed page";
}

}  // namespace
}  // namespace cow::machine
