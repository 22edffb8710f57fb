#include "props/selftest/selftest.h"

#include <algorithm>
#include <gtest/gtest.h>
#include <set>

#include "model/trace_text.h"

namespace cow::props::selftest {
namespace {

TEST(SelfTest, HasThe173PointsOfTheSelftestEachOnce) {
  EXPECT_EQ(points().size(), 173U);
  std::set<std::string> names;
  for (const auto& point : points()) names.insert(point.name());
  EXPECT_EQ(names.size(), points().size());
}

TEST(SelfTest, AllPassWithTheirFixturesMet) {
  std::size_t passed = 0;
  for (const auto& point : points()) {
    const auto result = run(point, "embedded");
    EXPECT_EQ(result.verdict, Verdict::pass) << point.name() << ": " << result.note;
    EXPECT_FALSE(result.unverified) << point.name();
    EXPECT_FALSE(point.expectations.empty()) << point.name() << " asserts nothing of its page";
    ++passed;
  }
  EXPECT_EQ(passed, 173U);
}

Result run_script(std::string_view script) {
  return run(make_point("a test", "a page", script, "p5"), "embedded");
}

TEST(SelfTest, APageThatIsNotWhatWasExpectedIsVacuous) {
  const auto result = run_script("P0 map X 1 private write; P0 write X 4 0x11; ? P0 X huge");
  EXPECT_EQ(result.verdict, Verdict::vacuous);
  EXPECT_EQ(result.note, "after 2 operations p5 of P0 is not huge");
  EXPECT_EQ(run_script("P0 map X 1 private write; ? P0 X nonsense").verdict, Verdict::vacuous);
}

TEST(SelfTest, AnOperationThatIsRefusedIsVacuous) {
  EXPECT_EQ(run_script("P0 write X 4 0x11").verdict, Verdict::vacuous);
}

/// The bugs that cow.c was written for.
TEST(SelfTest, FindsTheBugsThatItsPointsAreAbout) {
  for (const auto* bug : {"A5", "A6", "A7", "A12", "A12-hugetlb", "A14", "A21", "A22"}) {
    const auto subject = std::string("museum:") + bug;
    EXPECT_TRUE(std::ranges::any_of(points(), [&](const Point& point) {
      return run(point, subject).verdict == Verdict::fail;
    })) << bug;
  }
}

TEST(SelfTest, BadScriptsAreRefused) {
  EXPECT_THROW(make_point("t", "f", "P0 frobnicate X 1", "p5"), model::TraceError);
  EXPECT_THROW(make_point("t", "f", "P0 exec; ? P0 q7 huge", "p5"), model::TraceError);
}

}  // namespace
}  // namespace cow::props::selftest
