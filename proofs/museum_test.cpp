#include "proofs/museum.h"

#include <gtest/gtest.h>
#include <string>

namespace cow::proofs {
namespace {

TEST(MuseumProofs, EachMutantIsRefutedAtItsStepUnderItsLaw) {
  ASSERT_FALSE(museum_proofs().empty());
  for (const auto& proof : museum_proofs()) {
    SCOPED_TRACE(proof.exhibit);
    Options options;
    options.only = std::string(proof.step) + "/" + std::string(kernel::name(proof.law));
    const auto report = proof.prove(options);
    ASSERT_EQ(report.results.size(), 1U);
    EXPECT_EQ(report.results[0].verdict, Verdict::refuted) << report.results[0].note;
    EXPECT_TRUE(prove_all(options).proved()) << "the shipped kernel keeps the law there";
  }
}

}  // namespace
}  // namespace cow::proofs
