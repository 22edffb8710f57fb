#include "props/shrink/passes.h"

#include <gtest/gtest.h>

#include "props/shrink/toy_executor.h"

namespace cow::props {
namespace {

using model::Kind;
using model::Op;
using model::Reference;

bool writes(const Reference&, const Op& op) { return op.kind == Kind::write; }

Broken writes_among(std::uint32_t living) {
  return [living](const Reference& r, const Op& op) {
    return op.kind == Kind::write && r.living() >= living;
  };
}

/// The trace after one pass, which says whether it made the trace simpler.
std::string after(bool (*pass)(Search&), const std::string& lines, const Broken& broken) {
  const Executor executor = toy(broken);
  model::Trace trace = model::parse(lines).trace;
  const auto found = executor(trace);
  if (!found) return "does not fail";
  const ShrinkOptions options;
  Search search(executor, trace, *found, options);
  if (!search.confirm()) return "does not fail again";
  const std::string before = text(search.best());
  const bool better = pass(search);
  return better == (text(search.best()) != before) ? text(search.best()) : "wrong answer";
}

TEST(RemoveByMeaning, DropsKindsProcessesAndOtherPages) {
  EXPECT_EQ(after(remove_by_meaning,
                  "P0 map p0 1 private write\nP0 read p0 1\nP0 fork P1\nP1 unmap p0 1\n"
                  "P0 map p5 1 private write\nP0 write p0 1 0x07\n",
                  writes),
            "P0 map p0 1 private write\nP0 write p0 1 0x07\n");
}

TEST(RemoveByMeaning, TriesTheEndAlone) {
  std::string lines;
  for (int i = 0; i < 20; ++i) lines += "P0 unmap p0 1\nP0 map p0 1 private write\n";
  EXPECT_EQ(after(remove_by_meaning, lines + "P0 write p0 1 0x07\n", writes),
            "P0 map p0 1 private write\nP0 write p0 1 0x07\n");
}

TEST(RemoveChunks, LeavesOnlyWhatSinglesNeed) {
  std::string idle;
  for (int i = 0; i < 50; ++i) idle += "P0 read p0 1\nP1 exit\n";
  const std::string lines = idle + "P0 map p0 1 private write\n" + idle + "P0 write p0 1 0x07\n";
  EXPECT_EQ(after(remove_chunks, lines, writes), "P0 map p0 1 private write\nP0 write p0 1 0x07\n");
}

TEST(RemoveTogether, RemovesTwoThatNeedEachOther) {
  EXPECT_EQ(after(remove_together,
                  "P0 map p0 1 private write\nP0 fork P1\nP0 fork P2\nP0 write p0 1 0x07\n",
                  [](const Reference& r, const Op& op) {
                    return op.kind == Kind::write && r.living() % 2 == 1;
                  }),
            "P0 map p0 1 private write\nP0 write p0 1 0x07\n");
}

TEST(RemoveTogether, RemovesThreeThatNeedEachOther) {
  EXPECT_EQ(after(remove_together,
                  "P0 map p0 1 private write\nP0 fork P1\nP0 fork P2\nP0 fork P3\n"
                  "P0 write p0 1 0x07\n",
                  [](const Reference& r, const Op& op) {
                    return op.kind == Kind::write && r.living() % 3 == 1;
                  }),
            "P0 map p0 1 private write\nP0 write p0 1 0x07\n");
}

TEST(RemoveByMoving, ForksLaterAndMapsOnce) {
  EXPECT_EQ(after(remove_by_moving,
                  "P0 fork P1\nP0 map p0 1 private write\nP1 map p0 1 private write\n"
                  "P1 write p0 1 0x07\n",
                  [](const Reference& r, const Op& op) {
                    return op.kind == Kind::write && op.proc == 1 && r.page(0, 0).mapped;
                  }),
            "P0 map p0 1 private write\nP0 fork P1\nP1 write p0 1 0x07\n");
}

TEST(RemoveByMoving, PutsSimplerOperationsFirst) {
  EXPECT_EQ(after(remove_by_moving, "P0 fork P1\nP0 map p0 1 private write\nP0 write p0 1 0x07\n",
                  writes_among(2)),
            "P0 map p0 1 private write\nP0 fork P1\nP0 write p0 1 0x07\n");
}

TEST(RedirectProcesses, LetsTheParentDoTheWork) {
  EXPECT_EQ(after(redirect_processes, "P0 map p0 1 private write\nP0 fork P1\nP1 write p0 1 0x07\n",
                  writes),
            "P0 map p0 1 private write\nP0 write p0 1 0x07\n");
}

TEST(RedirectProcesses, KeepsTheParentAliveForIt) {
  EXPECT_EQ(after(redirect_processes,
                  "P0 fork P1\nP0 exit\nP1 map p0 1 private write\nP1 write p0 1 0x07\n", writes),
            "P0 map p0 1 private write\nP0 write p0 1 0x07\n");
}

TEST(RedirectProcesses, SwapsParentAndChild) {
  EXPECT_EQ(after(redirect_processes,
                  "P0 fork P1\nP1 map p0 1 private write\nP0 exit\nP1 fork P0\nP1 fork P2\n"
                  "P0 write p0 1 0x07\n",
                  writes_among(3)),
            "P0 map p0 1 private write\nP1 exit\nP0 fork P1\nP0 fork P2\nP1 write p0 1 0x07\n");
}

TEST(RenameInOrder, NumbersProcessesAndCpus) {
  EXPECT_EQ(after(rename_in_order,
                  "P0 map p0 1 private write\nP0 fork P3\nP3 fork P1\nP3@1 write p0 1 0x07\n",
                  writes_among(3)),
            "P0 map p0 1 private write\nP0 fork P1\nP1 fork P2\nP1 write p0 1 0x07\n");
}

TEST(RenameInOrder, KeepsP0) {
  EXPECT_EQ(
      after(rename_in_order, "P2 exit\nP0 map p0 1 private write\nP0 fork P3\nP3 write p0 1 0x07\n",
            writes_among(2)),
      "P1 exit\nP0 map p0 1 private write\nP0 fork P2\nP2 write p0 1 0x07\n");
}

TEST(CutPages, ClosesGapsAndShortensRanges) {
  EXPECT_EQ(after(cut_pages,
                  "P0 map p2 9 private write\nP0 map p14 2 private read\nP0 write p6+15 2 0x07\n",
                  [](const Reference& r, const Op& op) {
                    return op.kind == Kind::write && op.length == 2 && r.page(0, op.page).mapped &&
                           r.page(0, op.page + 1).mapped;
                  }),
            "P0 map p0 2 private write\nP0 write p0+15 2 0x07\n");
}

TEST(CutPages, KeepsTheAlignmentThatIsNeeded) {
  EXPECT_EQ(
      after(cut_pages, "P0 map p13 1 private write\nP0 write p13 1 0x07\n",
            [](const Reference&, const Op& op) { return op.kind == Kind::write && op.page % 4; }),
      "P0 map p1 1 private write\nP0 write p1 1 0x07\n");
}

TEST(FoldPages, MovesOnePageOntoAnother) {
  EXPECT_EQ(
      after(fold_pages,
            "P0 map p0 1 private write\nP0 map p3 1 private write\nP0 write p3 1 0x07\n", writes),
      "P0 map p0 1 private write\nP0 map p0 1 private write\nP0 write p0 1 0x07\n");
}

TEST(MergeRanges, MakesTwoMapsOne) {
  EXPECT_EQ(after(merge_ranges,
                  "P0 map p0 1 private write\nP0 map p1 1 private write\nP0 write p0 20 0x07\n",
                  [](const Reference&, const Op& op) { return op.length == 20; }),
            "P0 map p0 2 private write\nP0 write p0 20 0x07\n");
}

TEST(SimplifyAll, SimplifiesWhatBelongsTogether) {
  EXPECT_EQ(after(simplify_all,
                  "P0 map p0 4 shared write huge\nP0 map p5 4 shared write huge\n"
                  "P0@1 read p0 4\nP0@1 write p0+3 4 0x07 oom@2\n",
                  [](const Reference& r, const Op& op) {
                    const auto &a = r.page(0, 0), &b = r.page(0, 5);
                    return op.kind == Kind::write && a.sharing == b.sharing && a.huge == b.huge;
                  }),
            "P0 map p0 1 private write\nP0 map p5 1 private write\n"
            "P0 read p0 1\nP0 write p0 1 0x01\n");
}

TEST(SimplifySingle, FindsTheSmallestOfEveryField) {
  EXPECT_EQ(
      after(simplify_single, "P0 map p0 16 private write huge oom@9\nP0@1 write p2+15 100 0x63\n",
            [](const Reference& r, const Op& op) {
              return op.kind == Kind::write && op.length >= 37 && op.value >= 0x20 &&
                     r.page(0, 3).mapped;
            }),
      "P0 map p0 4 private write\nP0 write p0 37 0x20\n");
}

TEST(SimplifySingle, ShortensRangesFromTheFront) {
  EXPECT_EQ(after(simplify_single, "P0 map p0 10 private write\nP0 write p9 1 0x01\n",
                  [](const Reference&, const Op& op) { return op.kind == Kind::write && op.page; }),
            "P0 map p1 1 private write\nP0 write p1 1 0x01\n");
}

TEST(SimplifySingle, StaysInTheWorld) {
  const Executor executor = [](model::Trace& trace) -> std::optional<Failure> {
    const Op& op = trace.ops.front();
    if (op.page + op.count <= trace.world.pages) return std::nullopt;
    return toy_failure(Law::permission, 0, op);
  };
  model::Trace trace = model::parse("P0 unmap p3 100\n").trace;
  const ShrinkOptions options;
  Search search(executor, trace, *executor(trace), options);
  ASSERT_TRUE(search.confirm());
  EXPECT_TRUE(simplify_single(search));
  EXPECT_EQ(text(search.best()), "P0 unmap p15 2\n");
}

TEST(StrengthenAccesses, LetsAWriteReplaceALongerStory) {
  EXPECT_EQ(after(strengthen_accesses,
                  "P0 map p0 1 private write\nP0 read p0 1\nP0 write p0 1 0x07\n"
                  "P0 fork P1\n",
                  [](const Reference& r, const Op& op) {
                    return op.kind == Kind::fork && !r.page(0, 0).fresh;
                  }),
            "P0 map p0 1 private write\nP0 write p0 16 0x01\nP0 fork P1\n");
}

TEST(StrengthenAccesses, LetsAWholePageReplaceTwoWrites) {
  EXPECT_EQ(after(strengthen_accesses,
                  "P0 map p0 1 private write\nP0 write p0 1 0x07\nP0 write p0+9 1 0x07\n"
                  "P0 fork P1\n",
                  [](const Reference& r, const Op& op) {
                    return op.kind == Kind::fork && r.bytes(0, 0)[0] && r.bytes(0, 0)[9];
                  }),
            "P0 map p0 1 private write\nP0 write p0 16 0x01\nP0 fork P1\n");
}

}  // namespace
}  // namespace cow::props
