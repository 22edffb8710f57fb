#include "props/bench/table.h"

#include <gtest/gtest.h>
#include <limits>
#include <nlohmann/json.hpp>

namespace cow::props::bench {
namespace {

Row row(double ratio, Bound bound, double required) {
  return {"fork", "1 ms", "Linux 3 ms", ratio, bound, required, {}};
}

TEST(Verdicts, AMissedRatioFails) {
  EXPECT_EQ(verdict(row(2.0, Bound::at_least, 2)), Verdict::pass);
  EXPECT_EQ(verdict(row(1.99, Bound::at_least, 2)), Verdict::fail);
  EXPECT_EQ(verdict(row(2.0, Bound::at_most, 2)), Verdict::pass);
  EXPECT_EQ(verdict(row(2.01, Bound::at_most, 2)), Verdict::fail);
}

TEST(Verdicts, NotANumberFails) {
  const auto nan = std::numeric_limits<double>::quiet_NaN();
  EXPECT_EQ(verdict(row(nan, Bound::at_least, 2)), Verdict::fail);
  EXPECT_EQ(verdict(row(nan, Bound::at_most, 2)), Verdict::fail);
}

TEST(Verdicts, OneFailureFailsTheTable) {
  const Row good = row(3, Bound::at_least, 2), bad = row(1, Bound::at_least, 2);
  const Row info = row(0.1, Bound::none, 0), skipped = skip("fork", "too little memory");
  EXPECT_TRUE(all_met(Rows{good, info, skipped}));
  EXPECT_FALSE(all_met(Rows{good, bad, skipped}));
}

TEST(Verdicts, NothingJudgedIsNoPass) {
  EXPECT_FALSE(all_met(Rows{}));
  EXPECT_FALSE(all_met(Rows{skip("fork", "too little memory"), row(9, Bound::none, 0)}));
}

TEST(Table, ShowsAndCountsEveryRow) {
  const auto text = to_text(Rows{row(3, Bound::at_least, 2), row(1, Bound::at_least, 2),
                                 row(5, Bound::none, 0), skip("2 MiB", "no THP")});
  EXPECT_NE(text.find("fork"), std::string::npos);
  EXPECT_NE(text.find(">= 2  FAIL"), std::string::npos) << text;
  EXPECT_NE(text.find("no THP"), std::string::npos) << text;
  EXPECT_NE(text.find("1 pass, 1 fail, 1 info, 1 skipped"), std::string::npos) << text;
}

TEST(Table, JsonSaysWhyARowWasSkipped) {
  const auto json = to_json(Rows{row(1, Bound::at_most, 2), skip("2 MiB", "no THP")});
  ASSERT_EQ(json.size(), 2U);
  EXPECT_EQ(json[0]["required"], "<= 2");
  EXPECT_EQ(json[0]["verdict"], "pass");
  EXPECT_EQ(json[1]["reason"], "no THP");
  EXPECT_FALSE(json[1].contains("ratio"));
}

TEST(Figures, HaveTheirUnit) {
  EXPECT_EQ(rate_text(1'210'000), "1.21 M/s");
  EXPECT_EQ(rate_text(81'000), "81 k/s");
  EXPECT_EQ(time_text(0.0035), "3.5 ms");
  EXPECT_EQ(time_text(2.6e-6), "2.6 us");
  EXPECT_EQ(time_text(1.5), "1.5 s");
}

}  // namespace
}  // namespace cow::props::bench
