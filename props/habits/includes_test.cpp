#include "props/habits/includes.h"

#include <gtest/gtest.h>

namespace cow::props::habits {
namespace {

/// The advice on the only line of a file; empty when there is none.
std::string advice(const std::string& path, const std::string& line) {
  const std::vector<Finding> findings = check_includes({path, line});
  return findings.empty() ? "" : findings[0].advice;
}

TEST(Includes, of_the_repository_are_in_order) {
  for (const Source& source : load_sources(COWCHECK_SOURCE_DIR)) {
    const std::vector<Finding> findings = check_includes(source);
    EXPECT_TRUE(findings.empty()) << describe(findings);
  }
}

TEST(Includes, follow_the_order_of_folders) {
  EXPECT_EQ(advice("model/op.h", "#include \"model/world.h\""), "");
  EXPECT_EQ(advice("props/gate.cpp", "#include \"impl/kernel/law.h\""), "");
  EXPECT_EQ(advice("impl/xv6/vm.cpp", "#include \"impl/historic/system.h\""), "");
  EXPECT_EQ(advice("impl/linux/agent.h", "#include \"impl/agent/cowcheck_agent.h\""), "");
  EXPECT_EQ(advice("fuzz/lockstep.cpp", "#include \"props/lockstep.h\""), "");
  EXPECT_EQ(advice("proofs/fork.cpp", "#include \"impl/kernel/fork.h\""), "");
  EXPECT_EQ(advice("props/cli/main.cpp", "#include \"proofs/prove_command.h\""), "");
  EXPECT_EQ(advice("model/op.h", "#include <vector>"), "");
}

TEST(Includes, against_the_order_are_found) {
  EXPECT_NE(advice("impl/kernel/fault.h", "#include \"model/op.h\""), "");
  EXPECT_NE(advice("model/reference.h", "#include \"impl/kernel/status.h\""), "");
  EXPECT_NE(advice("impl/linux/agent.h", "#include \"model/op.h\""), "");
  EXPECT_NE(advice("impl/linux/agent.h", "#include \"impl/kernel/status.h\""), "");
  EXPECT_NE(advice("impl/agent/cowcheck_agent.h", "#include \"impl/linux/control.h\""), "");
  EXPECT_NE(advice("props/gate.cpp", "#include \"fuzz/mutator.h\""), "");
  EXPECT_NE(advice("props/gate.cpp", "#include \"proofs/prove_command.h\""), "");
  EXPECT_NE(advice("proofs/fork.cpp", "#include \"impl/machine/block.h\""), "");
  EXPECT_NE(advice("impl/xv6/vm.cpp", "#include \"impl/kernel/law.h\""), "");
  EXPECT_NE(advice("impl/sketches/frames.cpp", "#include \"impl/machine/frames.h\""), "");
  EXPECT_NE(advice("model/op.h", "  #  include \"impl/kernel/status.h\""), "");
}

TEST(Includes, of_libraries_stay_in_their_folder) {
  EXPECT_EQ(advice("props/random.cpp", "#include <rapidcheck.h>"), "");
  EXPECT_NE(advice("fuzz/lockstep.cpp", "#include <rapidcheck.h>"), "");
  EXPECT_NE(advice("proofs/term.h", "#include <rapidcheck/gen/Arbitrary.h>"), "");
  EXPECT_EQ(advice("proofs/term.h", "#include <z3++.h>"), "");
  EXPECT_NE(advice("props/prove.cpp", "#include <z3++.h>"), "");
  EXPECT_NE(advice("impl/bench.cpp", "#include <benchmark/benchmark.h>"), "");
}

TEST(Includes, of_the_repository_are_quoted_and_by_path) {
  EXPECT_NE(advice("model/op.cpp", "#include \"op.h\""), "");
  EXPECT_NE(advice("model/op.cpp", "#include \"../impl/kernel/law.h\""), "");
  EXPECT_NE(advice("model/op.cpp", "#include <model/op.h>"), "");
}

TEST(Includes, in_comments_and_strings_do_not_count) {
  EXPECT_EQ(advice("model/op.h", "// #include <z3++.h>"), "");
  EXPECT_EQ(advice("model/op.h", "const char* text = \"#include <z3++.h>\";"), "");
}

TEST(Includes, fuzzer_entry_is_in_fuzz_only) {
  const std::string entry = "int LLVMFuzzerTestOneInput(const uint8_t*, size_t);";
  EXPECT_EQ(advice("fuzz/lockstep.cpp", entry), "");
  EXPECT_NE(advice("props/gate.cpp", entry), "");
}

TEST(Includes, outside_the_folders_no_source_is_allowed) {
  EXPECT_NE(advice("tools/x.cpp", "int x;"), "");
}

TEST(Includes, findings_name_the_line) {
  const std::vector<Finding> findings =
      check_includes({"model/op.h", "#pragma once\n\n#include \"impl/kernel/law.h\"\n"});
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings[0].path, "model/op.h");
  EXPECT_EQ(findings[0].line, 3);
}

}  // namespace
}  // namespace cow::props::habits
