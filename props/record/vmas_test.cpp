#include "props/record/vmas.h"

#include <gtest/gtest.h>

namespace cow::props::record {
namespace {

using model::Access;
using model::Kind;
using model::Sharing;

Vma vma(std::uint64_t first, std::uint64_t end, Access access = Access::write) {
  Vma made;
  made.pages = {first, end};
  made.access = access;
  return made;
}

TEST(Vmas, AreReadFromProc) {
  const auto vmas = parse_maps(
      "00400000-00402000 r-xp 00001000 fe:00 1234                   /bin/true\n"
      "00500000-00501000 rw-s 00000000 00:01 77                     /dev/zero (deleted)\n"
      "00600000-00601000 ---p 00000000 00:00 0 \n"
      "7ffff7fc1000-7ffff7fc5000 r--p 00000000 00:00 0              [vvar]\n"
      "7ffff7fc5000-7ffff7fc7000 r-xp 00000000 00:00 0              [vdso]\n"
      "no line at all\n");
  ASSERT_EQ(vmas.size(), 3U);
  EXPECT_EQ(vmas[0].pages, (Pages{0x400, 0x402}));
  EXPECT_EQ(vmas[0].access, Access::read);
  EXPECT_EQ(vmas[0].sharing, Sharing::private_);
  EXPECT_EQ(vmas[0].object, 1234U);
  EXPECT_EQ(vmas[0].offset, 1U);
  EXPECT_EQ(vmas[1].sharing, Sharing::shared);
  EXPECT_EQ(vmas[1].access, Access::write);
  EXPECT_EQ(vmas[2].access, Access::none);
}

/// Every way in which a line may end too early leaves it out, and reads nothing behind it.
TEST(Vmas, ALineThatIsCutIsNone) {
  const std::string line = "00400000-00402000 r-xp 00001000 fe:00 1234 /bin/true";
  for (std::size_t length = 0; length < 22; ++length) {
    EXPECT_TRUE(parse_maps(line.substr(0, length)).empty()) << line.substr(0, length);
  }
}

TEST(Vmas, ARangeCanBeTakenOut) {
  Vmas vmas = {vma(0, 4), vma(6, 8)};
  erase(vmas, {2, 7});
  EXPECT_EQ(vmas, (Vmas{vma(0, 2), vma(7, 8)}));
}

TEST(Difference, IsWhatHappened) {
  Vmas now = {vma(0, 2), vma(2, 4, Access::read), vma(5, 9)};
  const auto events = difference({vma(0, 4), vma(4, 6)}, now);
  ASSERT_EQ(events.size(), 3U);
  EXPECT_EQ(events[0].kind, Kind::unmap);
  EXPECT_EQ(events[0].pages, (Pages{4, 5}));
  EXPECT_EQ(events[1].kind, Kind::protect);
  EXPECT_EQ(events[1].pages, (Pages{2, 4}));
  EXPECT_EQ(events[1].access, Access::read);
  EXPECT_EQ(events[2].kind, Kind::map);
  EXPECT_EQ(events[2].pages, (Pages{6, 9}));
}

TEST(Difference, AnotherFileIsAnotherMapping) {
  Vma before = vma(0, 2), after = vma(0, 2);
  before.object = 1;
  after.object = 2;
  Vmas now = {after};
  const auto events = difference({before}, now);
  ASSERT_EQ(events.size(), 2U);
  EXPECT_EQ(events[0].kind, Kind::unmap);
  EXPECT_EQ(events[1].kind, Kind::map);
}

TEST(Difference, AFileThatIsCutIsTheSameMapping) {
  Vma before = vma(0, 4), after = vma(2, 4);
  before.object = after.object = 1;
  after.offset = 2;
  Vmas now = {after};
  const auto events = difference({before}, now);
  ASSERT_EQ(events.size(), 1U);
  EXPECT_EQ(events[0].pages, (Pages{0, 2}));
}

TEST(Difference, KeepsWhatWasAdvised) {
  Vma advised = vma(2, 4);
  advised.dontfork = true;
  Vmas now = {vma(0, 6)};
  EXPECT_TRUE(difference({vma(0, 2), advised, vma(4, 6)}, now).empty());
  EXPECT_EQ(now, (Vmas{vma(0, 2), advised, vma(4, 6)}));
}

}  // namespace
}  // namespace cow::props::record
