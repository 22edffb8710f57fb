#include <string>

#include "props/cli/cli_fixture.h"

// What is told of a refuted proof: what it does to a machine, and a trace.

namespace cow::props::cli {
namespace {

/// What the solver found is so on bytes, too: the same mutant breaks the same law from that state.
TEST_F(Cli, ARefutationIsRunOnBytes) {
  const auto found = run("prove --mutant A12 --only fork_page/pin --depth 0");
  EXPECT_EQ(found.status, 1);
  EXPECT_NE(
      found.out.find("  on bytes, from this very state, it breaks the law, too, by P0 fork P"),
      std::string::npos)
      << found.out;
  EXPECT_NE(found.out.find("    ! pin-stable: P0 p0 maps the pinned frame"), std::string::npos);
  const auto huge = run("prove --mutant A3 --depth 0");
  EXPECT_NE(huge.out.find("  not run on bytes: "), std::string::npos) << huge.out;
}

/// Those that the proofs of small pages refute and one CPU can show: none of them may stop being
/// confirmed. Not here are those that take several CPUs, only cost too much, or are of huge pages.
class NightlyCli : public Cli {};
TEST_F(NightlyCli, RefutationsAreConfirmedOnBytes) {
  for (const char* exhibit :
       {"A12",         "A17",      "A19",       "A21-file",  "A21",        "A22",
        "A3-small",    "B10",      "B9-leak",   "B9-uaf",    "C2-mark",    "D18-file",
        "D18",         "D24",      "D4",        "D5",        "D7",         "E17",
        "F5",          "F6-reuse", "G15",       "H2",        "H2-protect", "free-dirty",
        "guard-fault", "no-zero",  "slot-free", "slot-leak", "swap-zero",  "wp-remap"}) {
    const auto told = run(std::string("prove --depth 0 --mutant ") + exhibit);
    EXPECT_NE(told.out.find("from this very state, it breaks the law, too"), std::string::npos)
        << exhibit << ":\n"
        << told.out;
  }
}

/// No trace of six operations is that long, nor any that bytes can say: that is no failure.
TEST_F(NightlyCli, WhatExplorersAndFuzzersCannotReachIsNoFailureOfTheMuseum) {
  const auto all = run("museum E15");
  EXPECT_EQ(all.status, 0) << all.out;
  EXPECT_NE(all.out.find("\nnone: not within 6 operations"), std::string::npos) << all.out;
  EXPECT_EQ(run("museum E15 --engine fuzz").status, 1) << "asked by name it has to";
}

/// The explorer finds the trace to a refutation, in lockstep; where it looks less far it says so.
TEST_F(Cli, ARefutationComesWithATrace) {
  const std::string args = "prove --mutant C1 --only fork_flush/tlb-coherent --depth ";
  const auto found = run(args + "3");
  EXPECT_EQ(found.status, 1);
  const auto trace = found.out.find("a shortest trace that breaks the law, of 3 operations");
  ASSERT_NE(trace, std::string::npos) << found.out;
  EXPECT_NE(found.out.find("P0 fork P1\n    ! tlb-coherent: ", trace), std::string::npos);
  const auto none = run(args + "2");
  EXPECT_NE(none.out.find("not inductive: no trace of up to 2 operations in the "),
            std::string::npos)
      << none.out;
  EXPECT_NE(none.out.find("museum --show C1"), std::string::npos) << none.out;
}

}  // namespace
}  // namespace cow::props::cli
