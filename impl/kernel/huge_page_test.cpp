#include "impl/kernel/huge_page.h"

#include "impl/machine/test_machine.h"

namespace cow::kernel {
namespace {

template <class G>
struct HugePageTest : testing::Test {};

TYPED_TEST_SUITE(HugePageTest, machine::Geometries);

/// P0 has a huge page at its start, with 1 in its first sub-page and 2 in its second.
template <class G>
struct HugeLab : machine::Lab<G> {
  explicit HugeLab(bool copies_huge = false) : machine::Lab<G>(config(copies_huge)) {
    EXPECT_EQ(this->map_huge(0, 0, this->fan), Status::ok);
    EXPECT_EQ(this->write(0, 0, 1), Status::ok);
    EXPECT_EQ(this->write(0, 1, 2), Status::ok);
  }
  static machine::Config config(bool copies_huge) {
    auto config = machine::test_config<G>();
    config.copies_huge = copies_huge;
    return config;
  }
  bool huge(std::uint32_t p) const { return this->walk(p, 0).entry.huge(); }
};

TYPED_TEST(HugePageTest, OneFaultBringsAWholeHugePage) {
  HugeLab<TypeParam> lab;
  EXPECT_TRUE(lab.huge(0));
  EXPECT_EQ(lab.events(Event::fault), 1U);
  EXPECT_EQ(lab.used(), lab.fan + 3) << "the root and two tables";
  EXPECT_EQ(lab.at(0, lab.fan - 1), 0);
  EXPECT_EQ(lab.findings(), "");
}

TYPED_TEST(HugePageTest, NeedsAHintAndAWholeAlignedArea) {
  machine::Lab<TypeParam> lab;
  ASSERT_EQ(lab.map(0, 0, lab.fan), Status::ok) << "no hint";
  ASSERT_EQ(lab.map_huge(0, lab.fan + 1, lab.fan - 1), Status::ok) << "not aligned";
  ASSERT_EQ(lab.map_huge(0, 2 * lab.fan, lab.fan - 1), Status::ok) << "not whole";
  for (const auto page : {0U, lab.fan + 1, 2 * lab.fan}) {
    ASSERT_EQ(lab.write(0, page, 1), Status::ok);
    EXPECT_FALSE(lab.walk(0, page).entry.huge()) << page;
  }
}

TYPED_TEST(HugePageTest, WithoutAHugeFrameSmallPagesDo) {
  machine::Lab<TypeParam> lab;
  ASSERT_EQ(lab.map_huge(0, 0, lab.fan), Status::ok);
  lab.system.fail_allocation(3);  // after the two tables above the huge page
  ASSERT_EQ(lab.write(0, 1, 1), Status::ok);
  EXPECT_FALSE(lab.walk(0, 1).entry.huge());
  EXPECT_EQ(lab.events(Event::zero), 1U);
  EXPECT_EQ(lab.events(Event::failed_allocation), 1U);
  EXPECT_EQ(lab.findings(), "");
}

TYPED_TEST(HugePageTest, TheLastSharerWritesInPlace) {
  for (const bool copies_huge : {false, true}) {
    HugeLab<TypeParam> lab(copies_huge);
    const auto head = lab.walk(0, 0).entry.frame();
    ASSERT_EQ(lab.system.fork(0, 1), Status::ok);
    EXPECT_EQ(lab.walk(1, 0).entry.frame(), head);
    ASSERT_EQ(lab.system.exit(1), Status::ok);
    ASSERT_EQ(lab.write(0, 1, 3), Status::ok);
    EXPECT_EQ(lab.copies(), 0U);
    EXPECT_EQ(lab.events(Event::reuse), 1U);
    EXPECT_EQ(lab.events(Event::split), 0U);
    EXPECT_TRUE(lab.huge(0));
    EXPECT_EQ(lab.walk(0, 0).entry.frame(), head);
    EXPECT_EQ(lab.at(0, 0), 1);
    EXPECT_EQ(lab.findings(), "");
  }
}

TYPED_TEST(HugePageTest, ASharedOneIsSplitAndOneSmallPageCopied) {
  HugeLab<TypeParam> lab;
  ASSERT_EQ(lab.system.fork(0, 1), Status::ok);
  EXPECT_EQ(lab.copies(), 0U);
  ASSERT_EQ(lab.write(1, 1, 3), Status::ok);
  EXPECT_EQ(lab.copies(), 1U);
  EXPECT_EQ(lab.events(Event::split), 1U);
  EXPECT_FALSE(lab.huge(1));
  EXPECT_TRUE(lab.huge(0));
  EXPECT_EQ(lab.at(0, 1), 2);
  EXPECT_EQ(lab.at(1, 1), 3);
  EXPECT_EQ(lab.walk(1, 0).entry.frame(), lab.walk(0, 0).entry.frame()) << "the rest is shared";
  EXPECT_EQ(lab.findings(), "");
}

TYPED_TEST(HugePageTest, ASharedOneIsCopiedWholeWhereThatIsThePolicy) {
  HugeLab<TypeParam> lab(true);
  ASSERT_EQ(lab.system.fork(0, 1), Status::ok);
  ASSERT_EQ(lab.write(1, 1, 3), Status::ok);
  EXPECT_EQ(lab.copies(), lab.fan);
  EXPECT_EQ(lab.events(Event::split), 0U);
  EXPECT_TRUE(lab.huge(1));
  EXPECT_EQ(lab.at(0, 1), 2);
  EXPECT_EQ(lab.at(1, 0), 1);
  ASSERT_EQ(lab.write(0, 0, 4), Status::ok);
  EXPECT_EQ(lab.copies(), lab.fan) << "the parent is the last sharer";
  EXPECT_EQ(lab.findings(), "");
}

TYPED_TEST(HugePageTest, ThePolicyToCopySplitsWhenNoHugeFrameIsLeft) {
  HugeLab<TypeParam> lab(true);
  ASSERT_EQ(lab.system.fork(0, 1), Status::ok);
  lab.system.fail_allocation(1);
  ASSERT_EQ(lab.write(1, 1, 3), Status::ok);
  EXPECT_EQ(lab.copies(), 1U);
  EXPECT_EQ(lab.events(Event::split), 1U);
  EXPECT_EQ(lab.findings(), "");
}

/// Catalogue row B11: a sub-page that a huge leaf covers is held by two, though one PTE names it.
TYPED_TEST(HugePageTest, ALeafElsewhereForbidsWritingInPlace) {
  HugeLab<TypeParam> lab;
  ASSERT_EQ(lab.system.fork(0, 1), Status::ok);
  ASSERT_EQ(lab.write(1, 0, 3), Status::ok);  // splits the child's
  ASSERT_EQ(lab.write(1, 1, 4), Status::ok);
  EXPECT_EQ(lab.copies(), 2U);
  EXPECT_EQ(lab.at(0, 1), 2);
  ASSERT_EQ(lab.write(0, 2, 5), Status::ok);  // the child holds sub-pages 2 and up
  EXPECT_EQ(lab.events(Event::split), 2U);
  EXPECT_EQ(lab.copies(), 3U);
  EXPECT_EQ(lab.at(1, 2), 0);
  ASSERT_EQ(lab.write(0, 0, 6), Status::ok);
  EXPECT_EQ(lab.copies(), 3U) << "the child has copies of its own of the first two";
  EXPECT_EQ(lab.at(1, 0), 3);
  EXPECT_EQ(lab.findings(), "");
}

TYPED_TEST(HugePageTest, UnmappingPartOfItGivesThoseFramesBack) {
  HugeLab<TypeParam> lab;
  const auto used = lab.used();
  ASSERT_EQ(lab.system.unmap(0, 1, 1), Status::ok);
  EXPECT_EQ(lab.events(Event::split), 1U);
  EXPECT_EQ(lab.used(), used + 1 - 1) << "a table more, a page less";
  EXPECT_EQ(lab.at(0, 0), 1);
  EXPECT_EQ(lab.write(0, 1, 9), Status::segfault);
  ASSERT_EQ(lab.write(0, 2, 3), Status::ok);
  EXPECT_EQ(lab.copies(), 0U) << "what is left is P0's alone";
  EXPECT_EQ(lab.findings(), "");
}

TYPED_TEST(HugePageTest, UnmappingPartOfASharedOneKeepsTheFrames) {
  HugeLab<TypeParam> lab;
  ASSERT_EQ(lab.system.fork(0, 1), Status::ok);
  const auto used = lab.used();
  ASSERT_EQ(lab.system.unmap(0, 0, lab.fan - 1), Status::ok);
  EXPECT_EQ(lab.used(), used + 1) << "a table more, the child's leaf keeps the pages";
  EXPECT_EQ(lab.at(1, 0), 1);
  ASSERT_EQ(lab.system.exit(1), Status::ok);
  EXPECT_EQ(lab.used(), 1U + 3 + 1) << "the one page that P0 still has";
  ASSERT_EQ(lab.write(0, lab.fan - 1, 3), Status::ok);
  EXPECT_EQ(lab.copies(), 0U);
  EXPECT_EQ(lab.findings(), "");
}

TYPED_TEST(HugePageTest, ProtectingPartOfItSplits) {
  HugeLab<TypeParam> lab;
  ASSERT_EQ(lab.system.protect(0, 1, 1, Access::read), Status::ok);
  EXPECT_EQ(lab.events(Event::split), 1U);
  EXPECT_EQ(lab.write(0, 1, 9), Status::segfault);
  EXPECT_EQ(lab.at(0, 1), 2);
  EXPECT_EQ(lab.write(0, 0, 9), Status::ok);
  EXPECT_EQ(lab.write(0, 2, 9), Status::ok);
  EXPECT_EQ(lab.findings(), "");
}

TYPED_TEST(HugePageTest, ProtectingAllOfItDoesNot) {
  HugeLab<TypeParam> lab;
  ASSERT_EQ(lab.system.protect(0, 0, lab.fan, Access::read), Status::ok);
  EXPECT_EQ(lab.write(0, 1, 9), Status::segfault);
  ASSERT_EQ(lab.system.protect(0, 0, lab.fan, Access::write), Status::ok);
  EXPECT_EQ(lab.write(0, 1, 9), Status::ok);
  EXPECT_EQ(lab.events(Event::split), 0U);
  EXPECT_TRUE(lab.huge(0));
}

TYPED_TEST(HugePageTest, ASplitWithoutMemoryRefusesAndChangesNothing) {
  HugeLab<TypeParam> lab;
  const auto used = lab.used();
  const auto refused = [&](auto call) {
    lab.system.fail_allocation(1);
    EXPECT_EQ(call(), Status::no_memory);
    EXPECT_TRUE(lab.huge(0));
    EXPECT_EQ(lab.used(), used);
    EXPECT_EQ(lab.at(0, 0), 1);
    EXPECT_EQ(lab.at(0, 1), 2);
    EXPECT_EQ(lab.findings(), "");
  };
  refused([&] { return lab.system.unmap(0, 0, 1); });
  refused([&] { return lab.system.unmap(0, 1, lab.fan - 1); });
  refused([&] { return lab.system.protect(0, 1, 1, Access::read); });
  EXPECT_EQ(lab.write(0, 1, 3), Status::ok);
}

/// Two huge leaves must be split for the two ends of the range; the second split fails.
TYPED_TEST(HugePageTest, ARangeWhoseOtherEndCannotSplitStaysMapped) {
  HugeLab<TypeParam> lab;
  ASSERT_EQ(lab.map_huge(0, lab.fan, lab.fan), Status::ok);
  ASSERT_EQ(lab.write(0, lab.fan, 3), Status::ok);
  lab.system.fail_allocation(2);
  EXPECT_EQ(lab.system.unmap(0, 1, lab.fan), Status::no_memory);
  EXPECT_EQ(lab.at(0, 1), 2);
  EXPECT_EQ(lab.at(0, lab.fan), 3);
  EXPECT_EQ(lab.findings(), "");
}

}  // namespace
}  // namespace cow::kernel
