#include "proofs/prove_command.h"

#include <cstdio>
#include <fstream>
#include <gtest/gtest.h>
#include <iterator>
#include <string>
#include <string_view>
#include <unistd.h>
#include <vector>

namespace cow::proofs {
namespace {

struct Ran {
  int status;
  std::string out;
};

Ran run(const std::vector<std::string>& args, const Beyond& beyond = {}) {
  std::FILE* out = std::tmpfile();
  const int status = prove_command(args, out, beyond);
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

bool has(const Ran& ran, std::string_view words) {
  return ran.out.find(words) != std::string::npos;
}

/// Which law of which subject was searched for, and how far.
std::string found_nothing(const std::string& subject, std::string_view law, unsigned depth) {
  return "  not " + std::string(law) + " on " + subject + " in " + std::to_string(depth) + "\n";
}

/// That the state from which it fails came along.
std::string saw_state(const std::string& subject, const Result& result) {
  const auto place = result.found.value().place;
  const auto& entry = result.found->before.entry(place);
  return "  on " + subject + ", " + (entry.writable() ? "writable" : "read-only") + "\n";
}

const Beyond beyond = {saw_state, found_nothing};

TEST(ProveCommand, TellsARefutationAsAStory) {
  const auto ran = run({"--mutant", "B11", "--only", "write_fault/sole", "--depth", "3"}, beyond);
  EXPECT_EQ(ran.status, 1);
  EXPECT_TRUE(has(ran, "write_fault/sole-writer: refuted")) << ran.out;
  EXPECT_TRUE(has(ran, "  path: not writable(place);")) << ran.out;
  EXPECT_TRUE(has(ran, "  before, obeying every law:\n    P0\n")) << ran.out;
  EXPECT_TRUE(has(ran, "<- place, any")) << ran.out;
  EXPECT_TRUE(has(ran, "1 of another size")) << "a huge leaf, which is what B11 overlooks";
  EXPECT_TRUE(has(ran, "  after, false: an exclusive entry is alone:\n")) << ran.out;
  EXPECT_TRUE(has(ran, "  on museum:B11, read-only\n")) << ran.out;
  EXPECT_TRUE(has(ran, "  not sole-writer on museum:B11 in 3\n")) << ran.out;
}

/// What the law is not about is left out of the state: no swap, no pins, no objects.
TEST(ProveCommand, TheStateOfARefutationIsASimpleOne) {
  const auto ran = run({"--mutant", "B10", "--only", "fork_page/exact"}, beyond);
  EXPECT_TRUE(has(ran, "fork_page/exact-count: refuted")) << ran.out;
  for (const auto* words :
       {"of swap", "    swap", "objects", "1 pins", "1 of another size", "TLB"}) {
    EXPECT_FALSE(has(ran, words)) << words << " in\n" << ran.out;
  }
}

TEST(ProveCommand, SearchesNothingWhereAllIsProvedOrNobodyAsks) {
  EXPECT_FALSE(has(run({"--only", "initial/"}, beyond), "not "));
  EXPECT_FALSE(has(run({"--mutant", "E13", "--only", "demand_zero/frugal", "--depth", "0"}, beyond),
                   "  not frugal on museum"));
}

TEST(ProveCommand, RefusesBadArguments) {
  EXPECT_EQ(run({"--mutant", "no such exhibit"}).status, 2);
  EXPECT_EQ(run({"--depth", "-1"}).status, 2);
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
