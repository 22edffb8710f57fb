#pragma once

#include <cstdlib>
#include <filesystem>
#include <fmt/format.h>
#include <fstream>
#include <gtest/gtest.h>
#include <iterator>
#include <string>

namespace cow::props::cli {

namespace fs = std::filesystem;

struct Output {
  int status;
  std::string out, error;
};

/// The program as a user meets it, in a directory of its own.
class Cli : public testing::Test {
 protected:
  Cli() {
    std::string pattern = (fs::temp_directory_path() / "cowcheck-test-XXXXXX").string();
    folder_ = mkdtemp(pattern.data());
  }
  ~Cli() override { fs::remove_all(folder_); }

  Output run(const std::string& args) const {
    const auto command = fmt::format("cd {} && {} {} >out 2>error </dev/null", folder_.string(),
                                     COWCHECK_PROGRAM, args);
    const int status = std::system(command.c_str());
    return {WIFEXITED(status) ? WEXITSTATUS(status) : 128, slurp("out"), slurp("error")};
  }

  std::string write(const std::string& name, const std::string& text) const {
    std::ofstream(folder_ / name, std::ios::binary) << text;
    return name;
  }
  std::string slurp(const std::string& name) const {
    std::ifstream in(folder_ / name, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }

  /// One line that begins with "cowcheck: ", nothing on stdout, exit status 2.
  void expect_error(const std::string& args, const std::string& words) const {
    const auto result = run(args);
    EXPECT_EQ(result.status, 2) << args;
    EXPECT_EQ(result.out, "") << args;
    EXPECT_EQ(result.error.find('\n'), result.error.size() - 1) << result.error;
    EXPECT_TRUE(result.error.starts_with("cowcheck")) << result.error;
    EXPECT_NE(result.error.find(words), std::string::npos) << result.error;
  }

  fs::path folder_;
};

}  // namespace cow::props::cli
