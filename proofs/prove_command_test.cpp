#include "proofs/prove_command.h"

#include <cstdio>
#include <fstream>
#include <gtest/gtest.h>
#include <iterator>
#include <string>
#include <unistd.h>
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

TEST(ProveCommand, WritesJsonAndJunit) {
  const auto base = testing::TempDir() + std::to_string(::getpid());
  const auto json = base + ".json", xml = base + ".xml";
  EXPECT_EQ(run({"--only", "initial/", "--json", json, "--junit", xml}).status, 0);
  for (const auto& file : {json, xml}) {
    std::ifstream in(file);
    const std::string text{std::istreambuf_iterator<char>(in), {}};
    EXPECT_NE(text.find("exact-count"), std::string::npos) << file;
    std::remove(file.c_str());
  }
}

TEST(ProveCommand, RefusesBadArguments) {
  EXPECT_EQ(run({"--nonsense"}).status, 2);
  EXPECT_EQ(run({"--timeout", "-1"}).status, 2);
  EXPECT_EQ(run({"--only", "no such step"}).status, 2);
  EXPECT_EQ(run({"--only", "initial/", "--export", "/dev/null/x"}).status, 2);
  EXPECT_EQ(run({"--only", "initial/", "--json", "/dev/null/x"}).status, 2);
  EXPECT_EQ(run({"--only", "initial/", "--junit", "/dev/null/x"}).status, 2);
}

TEST(ProveCommand, Helps) {
  const auto ran = run({"--help"});
  EXPECT_EQ(ran.status, 0);
  EXPECT_NE(ran.out.find("--export"), std::string::npos);
}

}  // namespace
}  // namespace cow::proofs
