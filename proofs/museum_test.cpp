#include "proofs/museum.h"

#include <algorithm>
#include <gtest/gtest.h>
#include <set>
#include <string>

namespace cow::proofs {
namespace {

void expect_refuted(const MuseumProof& proof) {
  SCOPED_TRACE(proof.exhibit);
  Options options;
  options.only = std::string(proof.step) + "/" + std::string(kernel::name(proof.law));
  const auto report = proof.prove(options);
  const auto found = std::ranges::find(report.results, proof.step, &Result::step);
  ASSERT_NE(found, report.results.end());  // another step's name may end alike
  EXPECT_EQ(found->verdict, Verdict::refuted) << found->note;
  EXPECT_TRUE(prove_all(options).proved()) << "the shipped kernel keeps the law there";
}

TEST(MuseumProofs, TheFirstMutantOfEachStepIsRefutedUnderItsLaw) {
  std::set<std::string_view> steps;
  for (const auto& proof : museum_proofs()) {
    if (steps.insert(proof.step).second) expect_refuted(proof);
  }
  EXPECT_GT(steps.size(), 10U);
}

TEST(NightlyMuseumProofs, EachMutantIsRefutedAtItsStepUnderItsLaw) {
  ASSERT_FALSE(museum_proofs().empty());
  for (const auto& proof : museum_proofs()) expect_refuted(proof);
}

}  // namespace
}  // namespace cow::proofs
