#include <array>
#include <cstdio>
#include <gtest/gtest.h>
#include <string>
#include <sys/wait.h>

#include "props/habits/source.h"

namespace cow::props::habits {
namespace {

struct Outcome {
  int status;
  std::string output;
};

/// Runs a shell command; stderr is part of the output.
Outcome run(const std::string& command) {
  std::FILE* pipe = popen((command + " 2>&1").c_str(), "r");
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

/// Why this machine's clang-format cannot judge; empty if it can. Versions format differently, so
/// only Debian 12's counts.
std::string cannot_judge() {
  const Outcome version = run("clang-format --version");
  if (version.status != 0) return "clang-format is not installed";
  if (version.output.find("version 14.") != std::string::npos) return "";
  return "not clang-format 14 but " + version.output;
}

const std::string check = "cd '" COWCHECK_SOURCE_DIR "' && clang-format --dry-run --Werror ";

TEST(Format, of_the_repository_is_clang_formats) {
  if (const std::string why = cannot_judge(); !why.empty()) GTEST_SKIP() << why;
  std::string files;
  for (const Source& source : load_sources(COWCHECK_SOURCE_DIR)) files += " '" + source.path + "'";
  const Outcome outcome = run(check + files);
  EXPECT_EQ(outcome.status, 0) << outcome.output << "run clang-format -i on the files named above";
}

TEST(Format, check_finds_a_badly_formatted_file) {
  if (const std::string why = cannot_judge(); !why.empty()) GTEST_SKIP() << why;
  const Outcome outcome = run("echo 'int  x ;' | (" + check + "--assume-filename=model/x.h)");
  EXPECT_NE(outcome.status, 0);
  EXPECT_NE(outcome.output.find("model/x.h:1:"), std::string::npos) << outcome.output;
}

}  // namespace
}  // namespace cow::props::habits
