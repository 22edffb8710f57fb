#include "proofs/prove_command.h"

#include <gtest/gtest.h>
#include <string>
#include <vector>

namespace cow::proofs {
namespace {

struct Ran {
  int status;
  std::string out;
};

Ran run(const std::vector<std::string>& args) {
  std::FILE* out = std::tmpfile();
  const int status = prove_command(args, out);
  std::string text(static_cast<std::size_t>(std::ftell(out)), ' ');
  std::rewind(out);
  EXPECT_EQ(std::fread(text.data(), 1, text.size(), out), text.size());
  std::fclose(out);
  return {status, text};
}

TEST(ProveCommand, ProvesOneStep) {
  const auto ran = run({"--only", "write_fault/", "--table"});
  EXPECT_EQ(ran.status, 0);
  EXPECT_NE(ran.out.find("write_fault    sole-writer        proved"), std::string::npos) << ran.out;
}

TEST(ProveCommand, RefusesBadArguments) {
  EXPECT_EQ(run({"--nonsense"}).status, 2);
  EXPECT_EQ(run({"--timeout", "-1"}).status, 2);
  EXPECT_EQ(run({"--only", "no such step"}).status, 2);
  EXPECT_EQ(run({"--only", "initial/", "--export", "/dev/null/x"}).status, 2);
}

TEST(ProveCommand, Helps) {
  const auto ran = run({"--help"});
  EXPECT_EQ(ran.status, 0);
  EXPECT_NE(ran.out.find("--export"), std::string::npos);
}

}  // namespace
}  // namespace cow::proofs
