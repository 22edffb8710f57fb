// The fuzz targets as programs: what they print, how they end, what the files that they leave say.

#include <algorithm>
#include <array>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <iterator>
#include <stdlib.h>
#include <string>
#include <sys/wait.h>
#include <vector>

#include "fuzz/idioms.h"
#include "fuzz/ops.h"
#include "model/trace_bytes.h"
#include "props/subjects/registry.h"

namespace cow::fuzz {
namespace {

namespace fs = std::filesystem;

struct Outcome {
  int status;
  std::string output;
};

/// Runs a shell command; stderr is part of the output.
Outcome run(const std::string& command) {
  std::FILE* pipe = popen(("ASAN_OPTIONS=symbolize=0 " + command + " 2>&1").c_str(), "r");
  if (pipe == nullptr) return {-1, "cannot start a shell"};
  Outcome outcome{0, ""};
  std::array<char, 4096> buffer;
  while (std::size_t size = std::fread(buffer.data(), 1, buffer.size(), pipe)) {
    outcome.output.append(buffer.data(), size);
  }
  const int status = pclose(pipe);
  outcome.status = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  return outcome;
}

/// A directory for one test, removed after it.
class Targets : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = (fs::temp_directory_path() / "cowcheck-XXXXXX").string();
    ASSERT_NE(mkdtemp(pattern.data()), nullptr);
    directory_ = pattern;
  }
  void TearDown() override { fs::remove_all(directory_); }

  std::string path(const std::string& name) const { return (directory_ / name).string(); }

  /// Runs fuzz_lockstep on a subject.
  static Outcome lockstep(const std::string& subject, const std::string& arguments) {
    return run(std::string(FUZZ_LOCKSTEP) + " " + arguments +
               " -ignore_remaining_args=1 --subject=" + subject);
  }
  void write_file(const std::string& name, const model::Trace& trace) const {
    const auto bytes = model::encode(trace);
    std::ofstream file(path(name), std::ios::binary);
    file.write(reinterpret_cast<const char*>(bytes.data()),
               static_cast<std::streamsize>(bytes.size()));
  }
  model::Trace read_file(const std::string& name) const {
    std::ifstream file(path(name), std::ios::binary);
    const std::string bytes(std::istreambuf_iterator<char>(file), {});
    return model::decode({reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()});
  }

 private:
  fs::path directory_;
};

/// A write before a fork, whose translation C1 does not flush.
const model::Trace hot_before_fork{{}, {map(0, {0, 1}), write(0, 0, 0, 1, 7), fork(0, 1)}};
const std::string its_line = "cowcheck-failure: law=tlb-coherent kind=fork ops=3\n";

TEST_F(Targets, an_unknown_subject_is_one_line_and_status_2) {
  const auto outcome = lockstep("nobody", "-runs=1");
  EXPECT_EQ(outcome.status, 2);
  EXPECT_TRUE(outcome.output.starts_with("fuzz_lockstep: unknown subject")) << outcome.output;
}

TEST_F(Targets, an_unknown_law_is_one_line_and_status_2) {
  const auto outcome = lockstep("embedded --law=gravity", "-runs=1");
  EXPECT_EQ(outcome.status, 2);
  EXPECT_TRUE(outcome.output.starts_with("fuzz_lockstep: unknown law")) << outcome.output;
}

TEST_F(Targets, an_input_that_breaks_a_law_is_told) {
  write_file("input", hot_before_fork);
  EXPECT_EQ(lockstep("embedded", path("input")).status, 0);
  const auto outcome = lockstep("museum:C1", path("input"));
  EXPECT_NE(outcome.status, 0);
  for (const std::string& part : {its_line, std::string("counterexample: tlb-coherent is broken"),
                                  std::string("3  P0 fork P1"),
                                  std::string("./cowcheck shrink --bytes --subject museum:C1 ")}) {
    EXPECT_NE(outcome.output.find(part), std::string::npos) << part << "\n" << outcome.output;
  }
}

TEST_F(Targets, only_the_wanted_law_counts) {
  write_file("input", hot_before_fork);
  EXPECT_EQ(lockstep("museum:C1 --law=isolation", path("input")).status, 0);
  EXPECT_NE(lockstep("museum:C1 --law=tlb-coherent", path("input")).status, 0);
}

#ifdef HAS_LIBFUZZER

/// The canary: from nothing, the fuzzer finds each planted bug, and the file that it leaves is a
/// trace that breaks the law that it named.
TEST_F(Targets, find_planted_bugs_and_leave_their_traces) {
  for (const std::string name : {"B9-leak", "C6", "D12", "G2"}) {
    const std::string subject = "museum:" + name;
    const auto outcome =
        lockstep(subject, "-seed=1 -runs=1000000 -exact_artifact_path=" + path(name));
    EXPECT_EQ(outcome.status, 77) << outcome.output;
    const model::Trace trace = read_file(name);
    const auto failure = props::check_trace(*props::open_session(subject, trace.world), trace);
    ASSERT_TRUE(failure) << name;
    const auto law = "cowcheck-failure: law=" + std::string(kernel::name(failure->law));
    EXPECT_NE(outcome.output.find(law), std::string::npos) << outcome.output;
    EXPECT_NE(outcome.output.find("shrink --bytes --subject " + subject + " " + path(name)),
              std::string::npos);
  }
}

TEST_F(Targets, the_same_seed_does_the_same) {
  const auto corpus = [&](const std::string& name) {
    fs::create_directory(path(name));
    EXPECT_EQ(lockstep("embedded", "-seed=7 -runs=3000 -reload=0 " + path(name)).status, 0);
    std::vector<std::string> files;
    for (const auto& entry : fs::directory_iterator(path(name))) {
      files.push_back(entry.path().filename().string());
    }
    std::ranges::sort(files);
    return files;
  };
  const auto first = corpus("first");
  EXPECT_GT(first.size(), 10U);
  EXPECT_EQ(corpus("second"), first);
}

#endif

}  // namespace
}  // namespace cow::fuzz
