#include "proofs/report.h"

#include <gtest/gtest.h>

namespace cow::proofs {
namespace {

Report one(Verdict verdict) { return {{{"step", "isolation", verdict, 0.5, 2, "because"}}}; }

TEST(Report, OnlyProvedPasses) {
  EXPECT_TRUE(one(Verdict::proved).proved());
  EXPECT_FALSE(one(Verdict::refuted).proved());
  EXPECT_FALSE(one(Verdict::vacuous).proved());
  EXPECT_FALSE(one(Verdict::unknown).proved());
  EXPECT_FALSE(Report().proved()) << "nothing judged is nothing proved";
}

TEST(Report, RefutedNamesTheLaw) {
  EXPECT_TRUE(one(Verdict::refuted).refuted(kernel::Law::isolation));
  EXPECT_FALSE(one(Verdict::refuted).refuted(kernel::Law::exact_count));
  EXPECT_FALSE(one(Verdict::unknown).refuted(kernel::Law::isolation));
}

TEST(Report, TheTableSaysWhy) {
  for (const bool every : {false, true}) {
    EXPECT_NE(table(one(Verdict::unknown), every).find("unknown: because"), std::string::npos);
    EXPECT_EQ(table(one(Verdict::proved), every).find("because"), std::string::npos);
  }
  EXPECT_EQ(summary(one(Verdict::vacuous)), "0 of 1 obligations proved, 1 vacuous, 0.5 s");
}

}  // namespace
}  // namespace cow::proofs
