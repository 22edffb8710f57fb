#include <set>

#include "impl/machine/test_machine.h"

// Canaries: for everything that the audit can find, a machine that is corrupted in just that way,
// on which it must find that law and no other.

namespace cow::machine {
namespace {

using kernel::Law;
using kernel::Status;

template <class G>
struct AuditTest : testing::Test {};

TYPED_TEST_SUITE(AuditTest, Geometries);

/// A sound machine with something of everything. P0 and P1 have p0 shared and touched; p1
/// private, one frame for both; p2 private, not touched by P0, written by P1; a huge page for
/// both in the second block. p3 and what follows the huge page are not mapped. All TLBs are empty.
template <class G>
struct Town : Lab<G> {
  using typename Lab<G>::M;
  using Entry = typename M::Entry;
  using Lab<G>::fan, Lab<G>::m;

  Town() {
    EXPECT_EQ(this->map_shared(0, 0, 1), Status::ok);
    EXPECT_EQ(this->map(0, 1, 2), Status::ok);
    EXPECT_EQ(this->map_huge(0, fan, fan), Status::ok);
    for (const auto page : {0U, 1U, fan}) EXPECT_EQ(this->write(0, page, 0x11), Status::ok);
    EXPECT_EQ(this->system.fork(0, 1), Status::ok);
    EXPECT_EQ(this->at(1, 0), 0x11);
    EXPECT_EQ(this->write(1, 2, 0x22), Status::ok);
    m.flush_process(0);
    m.flush_process(1);
    EXPECT_EQ(this->findings(), "");
  }

  Entry entry(std::uint32_t p, std::uint64_t page) const { return this->walk(p, page).entry; }
  std::uint32_t frame(std::uint32_t p, std::uint64_t page) const { return entry(p, page).frame(); }
  /// Replaces the leaf of a page, or fills the empty place where its small leaf would be.
  void plant(std::uint32_t p, std::uint64_t page, Entry leaf) {
    const auto at = this->walk(p, page);
    m.store_at(at.table, kernel::index_at<M>(m.user_first() + page, at.level), leaf);
  }
  void mark_free(std::uint32_t f) {
    constexpr std::uint32_t words = (fan + 63) / 64;
    m.bitmaps_[f / fan * words + f % fan / 64] |= std::uint64_t{1} << (f % fan % 64);
    ++m.header_->free_frames;
  }
};

/// Corrupts a sound machine and expects `law`, no other, and `text` somewhere in the findings.
template <class G, class Corrupt>
void expect_only(Law law, const std::string& text, Corrupt corrupt) {
  Town<G> town;
  corrupt(town);
  EXPECT_FALSE(town.audit.look());
  std::set<std::string_view> laws;
  for (const auto& finding : town.audit.findings()) laws.insert(kernel::name(finding.law));
  const std::set expected{kernel::name(law)};
  EXPECT_EQ(laws, expected) << town.findings();
  EXPECT_NE(town.findings().find(text), std::string::npos) << town.findings();
}

TYPED_TEST(AuditTest, FindsAreasOutOfOrder) {
  using T = Town<TypeParam>;
  const std::string text = "the areas of P0 overlap or leave user space";
  // The last area, so that only huge pages lose their mapping.
  expect_only<TypeParam>(Law::permission, text,
                         [](T& t) { t.m.areas_[2].first = t.m.areas_[1].first; });
  expect_only<TypeParam>(Law::permission, text,
                         [](T& t) { t.m.areas_[2].end = t.m.user_end() + 1; });
  expect_only<TypeParam>(Law::permission, text,
                         [](T& t) { t.m.areas_[2].end = t.m.areas_[2].first; });
}

TYPED_TEST(AuditTest, LooksNothingUpByASharedAreaOutOfBounds) {
  Town<TypeParam> town;
  town.m.areas_[0].end = town.m.user_end() + (std::uint64_t{1} << 40);
  EXPECT_NE(town.findings().find("the areas of P0 overlap"), std::string::npos);
}

TYPED_TEST(AuditTest, FindsATableThatIsNone) {
  using T = Town<TypeParam>;
  const auto last = test_config<TypeParam>().frames - 1;
  const auto text = "P0 uses frame " + std::to_string(last) + " as a page table, but it is none";
  expect_only<TypeParam>(Law::no_dangling, text,
                         [&](T& t) { t.m.store_at(t.m.root(0), 0, T::Entry::table(last)); });
  expect_only<TypeParam>(Law::no_dangling, "as a page table",
                         [&](T& t) { t.m.store_at(t.m.root(0), 0, T::Entry::table(last + 1)); });
}

TYPED_TEST(AuditTest, FindsATableReachedTwice) {
  using T = Town<TypeParam>;
  expect_only<TypeParam>(Law::exact_count, "is reached twice", [](T& t) {
    const auto index = kernel::index_at<typename T::M>(t.m.user_first(), T::M::levels - 1);
    t.m.store_at(t.m.root(0), t.fan - 1, t.m.load_at(t.m.root(0), index));
  });
}

TYPED_TEST(AuditTest, FindsAnEmptyTableWhereNothingIsMapped) {
  using T = Town<TypeParam>;
  expect_only<TypeParam>(Law::frugal, "of P0 is empty, and nothing is mapped there", [](T& t) {
    t.m.store_at(t.m.root(0), 0, T::Entry::table(t.m.allocate_table().frame));
  });
}

TYPED_TEST(AuditTest, FindsAHugeLeafOnNoHugePage) {
  using T = Town<TypeParam>;
  const auto frames = test_config<TypeParam>().frames;
  const auto plant = [](std::uint32_t head) {
    return [head](T& t) {  // below user space, in the table of the huge leaf
      t.m.store_at(t.walk(0, t.fan).table, 0, T::Entry::huge_leaf(head, true, false));
    };
  };
  expect_only<TypeParam>(Law::no_dangling, "P0 has a huge leaf on frame 1", plant(1));
  expect_only<TypeParam>(Law::no_dangling, "P0 has a huge leaf on frame", plant(frames));
}

TYPED_TEST(AuditTest, FindsAWriterOfASharedHugePage) {
  using T = Town<TypeParam>;
  expect_only<TypeParam>(Law::sole_writer, "P1 may write the huge page at frame",
                         [](T& t) { t.plant(1, t.fan, t.entry(1, t.fan).made_writable()); });
}

TYPED_TEST(AuditTest, FindsAWriterOfASharedFrame) {
  using T = Town<TypeParam>;
  expect_only<TypeParam>(Law::sole_writer, "P1 p1 may write frame",
                         [](T& t) { t.plant(1, 1, t.entry(1, 1).made_writable()); });
}

TYPED_TEST(AuditTest, FindsAnEntryWithoutMapping) {
  using T = Town<TypeParam>;
  expect_only<TypeParam>(Law::permission, "at p3, where it has no mapping", [](T& t) {
    t.plant(0, 3, T::Entry::leaf(t.m.allocate().frame, true, false));
  });
}

TYPED_TEST(AuditTest, FindsAnEntryThatAllowsMoreThanItsMapping) {
  using T = Town<TypeParam>;
  const std::string text = "the entry of P1 p2 allows more than its mapping";
  const auto area_of_p2 = [](T& t) -> kernel::Area& { return t.m.areas_[t.m.config().pages + 1]; };
  expect_only<TypeParam>(Law::permission, text,
                         [&](T& t) { area_of_p2(t).access = kernel::Access::read; });
  expect_only<TypeParam>(Law::permission, text,
                         [&](T& t) { area_of_p2(t).access = kernel::Access::none; });
  expect_only<TypeParam>(Law::permission, text, [](T& t) {
    t.plant(1, 2, T::Entry::leaf(t.frame(1, 2), false, true).made_exclusive());
  });
}

TYPED_TEST(AuditTest, FindsAnEntryOnAFreeFrame) {
  using T = Town<TypeParam>;
  expect_only<TypeParam>(Law::no_dangling, "P1 p2 maps frame",
                         [](T& t) { t.mark_free(t.frame(1, 2)); });
  expect_only<TypeParam>(Law::no_dangling, "which is free", [](T& t) {
    t.plant(0, 2, T::Entry::leaf(t.m.config().frames, true, true));
  });
}

TYPED_TEST(AuditTest, FindsASharedPageThatIsNotShared) {
  using T = Town<TypeParam>;
  expect_only<TypeParam>(Law::isolation, "P1 p0 is shared, but maps frame", [](T& t) {
    static_cast<Frames<TypeParam>&>(t.m).put(t.frame(1, 0));
    t.plant(1, 0, T::Entry::leaf(t.m.allocate().frame, true, true));
  });
}

TYPED_TEST(AuditTest, FindsWrongCounts) {
  using T = Town<TypeParam>;
  expect_only<TypeParam>(Law::exact_count, "frames are free, the allocator counts",
                         [](T& t) { ++t.m.header_->free_frames; });
  expect_only<TypeParam>(Law::exact_count, "counts 3 holders and has 2",
                         [](T& t) { ++t.m.frames_[t.frame(1, 1)].count; });
  expect_only<TypeParam>(Law::exact_count, "counts 3 leaves and has 2",
                         [](T& t) { ++t.m.blocks_[t.frame(1, t.fan) / t.fan].leaves; });
  expect_only<TypeParam>(Law::exact_count, "small holders and has",
                         [](T& t) { ++t.m.blocks_[t.frame(1, 1) / t.fan].small; });
}

TYPED_TEST(AuditTest, FindsFramesThatAreFreeWhenTheyAreNot) {
  using T = Town<TypeParam>;
  expect_only<TypeParam>(Law::no_dangling, "is free with 2 references",
                         [](T& t) { t.mark_free(t.frame(1, 1)); });
  expect_only<TypeParam>(Law::exact_count, "is not free with 0 references", [](T& t) {
    const auto lost = t.m.allocate().frame;
    --t.m.frames_[lost].count;
    --t.m.blocks_[lost / t.fan].small;
  });
}

TYPED_TEST(AuditTest, FindsStaleTranslations) {
  using T = Town<TypeParam>;
  const auto fill = [](std::uint32_t p, std::uint64_t page, auto entry_of) {
    return [=](T& t) { t.m.tlb_fill(1, p, t.m.user_first() + page, entry_of(t)); };
  };
  const auto expect = [](const std::string& text, auto corrupt) {
    expect_only<TypeParam>(Law::tlb_coherent, text, corrupt);
  };
  const auto leaf = [](bool writes) {
    return [=](T& t) { return T::Entry::leaf(t.frame(1, 1), true, writes); };
  };
  expect("CPU 1 still translates P0 p2", fill(0, 2, leaf(false)));  // the table has nothing
  expect("; the page table says nothing", fill(0, 3, leaf(false)));
  expect("; the page table says nothing", fill(3, 1, leaf(false)));  // no such process
  expect("; the page table says frame", fill(1, 2, leaf(false)));    // another frame
  expect(" for writing; the page table says", fill(1, 1, leaf(true)));
  expect("P0 p" + std::to_string(test_config<TypeParam>().pages),
         fill(0, test_config<TypeParam>().pages, leaf(false)));  // outside user space
  expect("CPU 1 still translates P0 p" + std::to_string(T::fan),
         fill(0, T::fan, [](T& t) { return t.entry(0, t.fan).made_writable(); }));
  expect("; the page table says frame", [&](T& t) {  // cached for reading, now PROT_NONE
    fill(1, 1, leaf(false))(t);
    t.plant(1, 1, T::Entry::leaf(t.frame(1, 1), false, false));
  });
}

TYPED_TEST(AuditTest, PassesOnWhatTheMachineComplainedAbout) {
  using T = Town<TypeParam>;
  const std::array texts = {"an entry was stored into frame 9, which is no page table",
                            "frame 9 was used, which does not exist",
                            "a reference was taken on frame 9, which is not in use for that",
                            "frame 9 was put more often than it was taken",
                            "lock 9 was taken twice",
                            "lock 9 was released but not held",
                            "an allocation was refused while 9 frames were free",
                            "an entry was changed while table 9 was not locked",
                            "a reference to frame 9 was dropped while a TLB still reached it",
                            "a reference to frame 9 was dropped before the entry that holds it had "
                            "changed",
                            "the areas of P9 were used without a lock",
                            "frame 9 was filled when an entry named it already"};
  for (std::size_t what = 0; what < texts.size(); ++what) {
    expect_only<TypeParam>(Law::progress, texts[what], [&](T& t) {
      t.m.complain(Law::progress, static_cast<std::uint16_t>(what), 9);
    });
  }
}

TYPED_TEST(AuditTest, FindsListsOfTheAllocatorThatAreWrong) {
  using T = Town<TypeParam>;
  const auto expect = [](const std::string& text, auto corrupt) {
    expect_only<TypeParam>(Law::frugal, text, corrupt);
  };
  const auto whole = [](T& t) -> Link& { return t.m.links_[t.m.header_->nodes[0].whole]; };
  expect("blocks have free frames, but", [](T& t) { t.m.header_->nodes[0].broken = none; });
  expect("is linked wrongly", [&](T& t) { whole(t).prev = 0; });
  expect("a list of blocks never ends", [](T& t) { t.m.header_->nodes[0].whole = 1U << 30; });
  expect("but is on the list of the whole ones",
         [](T& t) { --t.m.blocks_[t.m.header_->nodes[0].whole].free; });
  expect("free frames and has", [](T& t) { ++t.m.blocks_[t.m.header_->nodes[0].broken].free; });
  expect("but is on the list of the broken ones",
         [](T& t) { t.m.blocks_[t.m.header_->nodes[0].broken].free = t.fan; });
}

TYPED_TEST(AuditTest, FindsLocksAndEntriesLeftBehind) {
  using T = Town<TypeParam>;
  expect_only<TypeParam>(Law::progress, "2 locks are still held",
                         [](T& t) { t.m.header_->locks = 2; });
  expect_only<TypeParam>(Law::progress, "of P0 p1 was left out of use",
                         [](T& t) { t.plant(0, 1, t.entry(0, 1).made_suspended()); });
}

TYPED_TEST(AuditTest, ShowsWhatEachProcessSees) {
  Town<TypeParam> town;
  EXPECT_EQ(town.write(0, 0, 0x33), Status::ok);  // shared
  EXPECT_EQ(town.system.protect(0, 1, 1, kernel::Access::read), Status::ok);
  ASSERT_TRUE(town.audit.look());
  const auto seen = [&](std::uint32_t p, std::uint64_t page) { return town.audit.seen(p, page); };
  EXPECT_EQ(seen(1, 0).bytes[0], 0x33);
  EXPECT_EQ(seen(0, 1).access, kernel::Access::read);
  EXPECT_EQ(seen(1, 1).access, kernel::Access::write);
  EXPECT_EQ(seen(0, 1).bytes[0], 0x11);
  EXPECT_EQ(seen(0, 2).bytes, nullptr) << "not touched: zeroes";
  EXPECT_TRUE(seen(0, 2).mapped);
  EXPECT_EQ(seen(1, 2).bytes[0], 0x22);
  EXPECT_FALSE(seen(0, 3).mapped);
  EXPECT_EQ(seen(1, town.fan).bytes[0], 0x11);
  EXPECT_EQ(seen(1, town.fan + 1).bytes[0], 0) << "the rest of the huge page";
  EXPECT_FALSE(seen(2, 1).mapped) << "nobody";
}

TYPED_TEST(AuditTest, ShowsASharedPageThatThisProcessDidNotTouch) {
  Lab<TypeParam> lab;
  EXPECT_EQ(lab.map_shared(0, 0, 2), Status::ok);
  EXPECT_EQ(lab.system.fork(0, 1), Status::ok);
  EXPECT_EQ(lab.write(1, 0, 0x44), Status::ok);
  ASSERT_TRUE(lab.audit.look());
  EXPECT_EQ(lab.audit.seen(0, 0).bytes[0], 0x44);
  EXPECT_EQ(lab.audit.seen(0, 1).bytes, nullptr);
}

}  // namespace
}  // namespace cow::machine
