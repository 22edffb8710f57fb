#include <algorithm>
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "props/shrink/shrink.h"
#include "props/shrink/toy_executor.h"

// One short story for every pass that no other pass could tell as shortly.

namespace cow::props {
namespace {

using model::Kind;
using model::Op;
using model::Reference;

std::string shortest(const std::string& lines, const Broken& broken) {
  const Executor executor = toy(broken);
  model::Trace trace = model::parse(lines).trace;
  const auto found = executor(trace);
  if (!found) return "does not fail";
  const auto got = shrink(executor, trace, *found);
  return got.minimal ? text(got.trace) : "not minimal";
}

TEST(Stories, RenameInOrder) {
  EXPECT_EQ(
      shortest("P0 map p0 1 private write\nP0 fork P3\nP3 write p0 1 0x01\n",
               [](const Reference&, const Op& op) { return op.kind == Kind::write && op.proc; }),
      "P0 map p0 1 private write\nP0 fork P1\nP1 write p0 1 0x01\n");
}

TEST(Stories, CutPages) {
  EXPECT_EQ(shortest("P0 map p12 1 private write\nP0 write p12 1 0x01\n",
                     [](const Reference&, const Op& op) { return op.kind == Kind::write; }),
            "P0 map p0 1 private write\nP0 write p0 1 0x01\n");
}

TEST(Stories, SimplifyAll) {
  EXPECT_EQ(shortest("P0 map p0 1 shared write huge\nP0 map p5 1 shared write huge\n"
                     "P0 write p5 1 0x01\n",
                     [](const Reference& r, const Op& op) {
                       const auto &a = r.page(0, 0), &b = r.page(0, 5);
                       return op.kind == Kind::write && a.mapped && b.mapped &&
                              a.sharing == b.sharing && a.huge == b.huge && !r.page(0, 1).mapped;
                     }),
            "P0 map p0 1 private write\nP0 map p5 1 private write\nP0 write p0 1 0x01\n");
}

TEST(Stories, FoldPages) {
  EXPECT_EQ(shortest("P0 map p0 1 private write\nP0 map p3 1 private write\n"
                     "P0 write p3+1 1 0x05\nP0 write p3+9 1 0x05\nP0 write p0 1 0x01\n",
                     [](const Reference& r, const Op& op) {
                       const auto fives = [&](std::uint32_t page) {
                         return r.bytes(0, page)[1] == 5 && r.bytes(0, page)[9] == 5;
                       };
                       return op.kind == Kind::write && op.page == 0 && op.offset == 0 &&
                              (fives(0) || fives(3));
                     }),
            "P0 map p0 1 private write\nP0 write p0+1 1 0x05\nP0 write p0+9 1 0x05\n"
            "P0 write p0 1 0x01\n");
}

TEST(Stories, MergeRanges) {
  EXPECT_EQ(shortest("P0 map p0 1 private write\nP0 map p1 1 private write\nP0 write p0 20 0x01\n",
                     [](const Reference&, const Op& op) { return op.length == 20; }),
            "P0 map p0 2 private write\nP0 write p0 20 0x01\n");
}

TEST(Stories, PinsAndTheirRanges) {
  const auto device_reads = [](const Reference&, const Op& op) {
    return op.kind == Kind::device_read;
  };
  EXPECT_EQ(shortest("P0 map p3 2 private write\nP0 fork P2\nP2 pin d1 p4 read\n"
                     "P2 device-read d1+3 9\n",
                     device_reads),
            "P0 map p0 1 private write\nP0 pin d0 p0 write\nP0 device-read d0 1\n");
}

/// d0 is needed elsewhere first, so that d1 has to be renamed together with it.
TEST(Stories, RenamePins) {
  EXPECT_EQ(shortest("P0 map p0 1 private write\nP0 pin d1 p0 write\nP0 pin d0 p0 write\n"
                     "P0 unpin d1\n",
                     [](const Reference& r, const Op& op) {
                       return op.kind == Kind::unpin && r.page(0, 0).object != 0;
                     }),
            "P0 map p0 1 private write\nP0 pin d0 p0 write\nP0 pin d1 p0 write\nP0 unpin d0\n");
}

TEST(Stories, CutPagesAtBothEndsOfARemap) {
  EXPECT_EQ(shortest("P0 map p2 3 private write\nP0 remap p2 3 p10\nP0 write p12 1 0x01\n",
                     [](const Reference& r, const Op& op) {
                       return op.kind == Kind::remap && !r.page(0, op.page).mapped;
                     }),
            "P0 map p0 1 private write\nP0 remap p0 1 p1\n");
}

TEST(Stories, OnlyTheAdviceThatMatters) {
  const std::string lines = "P0 map p5 2 private write\nP0 advise p5 2 wipeonfork\nP0 fork P1\n";
  EXPECT_EQ(shortest(lines, [](const Reference&, const Op& op) { return op.kind == Kind::advise; }),
            "P0 map p0 1 private write\nP0 advise p0 1 dontfork\n");
  EXPECT_EQ(shortest(lines,
                     [](const Reference& r, const Op& op) {
                       return op.kind == Kind::fork &&
                              (r.page(op.child, 0).wipeonfork || r.page(op.child, 5).wipeonfork);
                     }),
            "P0 map p0 1 private write\nP0 advise p0 1 wipeonfork\nP0 fork P1\n");
}

/// Twelve maps that are needed make the story too long for other passes that combine, and keep
/// apart the two forks that have to go at once.
TEST(Stories, RemoveTogether) {
  std::string lines = "world tiny pages=24\n";
  for (int page = 0; page < 24; page += 2) {
    lines += fmt::format("P0 map p{} 1 private write\n", page);
    if (page % 8 == 6) lines += fmt::format("P0 fork P{}\n", (page + 2) / 8);
  }
  const Broken broken = [](const Reference& r, const Op& op) {
    for (std::uint32_t page = 0; page < 24; ++page) {
      if (r.page(0, page).mapped != (page % 2 == 0)) return false;
    }
    return op.kind == Kind::write && r.living() % 2 == 0;
  };
  const auto story = shortest(lines + "P0 write p0 1 0x01\n", broken);
  EXPECT_EQ(std::ranges::count(story, '\n'), 14) << story;
}

}  // namespace
}  // namespace cow::props
