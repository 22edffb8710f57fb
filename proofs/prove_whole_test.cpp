#include <algorithm>
#include <gtest/gtest.h>
#include <set>
#include <string>
#include <sys/resource.h>

#include "proofs/prove.h"

// The whole proof, and what it may cost: so nothing else runs meanwhile.

namespace cow::proofs {
namespace {

void expect_every_step_with_its_premises(const Report& report) {
  std::set<std::string> found;
  for (const auto& result : report.results) {
    if (result.law == "premises") found.insert(result.step);
  }
  EXPECT_EQ(found.size(), specs().size());
  EXPECT_EQ(found.size(), static_cast<std::size_t>(Step::clear_huge_refs) + 1);
}

/// One test, since each test is a process that proves all of it again. How long it takes says
/// little on a machine that is busy with others' work: the nightly test below asks for that.
TEST(Prove, TheShippedKernelKeepsEveryLaw) {
  Options options;
  options.timeout = 20;
  const auto report = prove_all(options);
  EXPECT_TRUE(report.proved()) << table(report, true);
  rusage used{};
  ASSERT_EQ(getrusage(RUSAGE_SELF, &used), 0);
  EXPECT_LT(used.ru_maxrss, 2L << 20) << "KiB, which is 2 GiB";
  expect_every_step_with_its_premises(report);
}

/// The best of three, each question decided within its 5 seconds.
TEST(NightlyProve, TheWholeProofTakesLessThanHalfAMinute) {
  double best = 1000;
  for (int round = 0; round < 3 && best >= 30; ++round) {
    const auto report = prove_all();
    EXPECT_TRUE(report.proved()) << table(report, true);
    best = std::min(best, report.seconds());
    for (const auto& result : report.results) {
      EXPECT_LT(result.seconds, 5) << result.step << "/" << result.law;
    }
  }
  EXPECT_LT(best, 30);
}

}  // namespace
}  // namespace cow::proofs
