#include "props/bench/spin.h"

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fmt/format.h>
#include <fstream>
#include <regex>
#include <stdlib.h>
#include <sys/resource.h>

namespace cow::props::bench {

namespace {

namespace fs = std::filesystem;

/// CPU seconds of all children that have ended.
double children_seconds() {
  rusage usage{};
  getrusage(RUSAGE_CHILDREN, &usage);
  const auto seconds = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + 1e-6 * static_cast<double>(t.tv_usec);
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

bool shell(const std::string& folder, const std::string& command) {
  return std::system(
             fmt::format("cd {} && ( {} ) >>log 2>&1 </dev/null", folder, command).c_str()) == 0;
}

}  // namespace

Spin::Spin(const std::string& model, const std::string& optimize) {
  if (std::system("command -v spin >/dev/null && command -v cc >/dev/null") != 0) {
    trouble_ = "spin or cc is not installed";
    return;
  }
  std::string pattern = (fs::temp_directory_path() / "cowcheck-spin-XXXXXX").string();
  const char* const made = mkdtemp(pattern.data());
  if (made == nullptr) {
    trouble_ = "no temporary folder";
    return;
  }
  folder_ = made;
  std::ofstream(folder_ + "/cow.pml") << model;
  if (!shell(folder_,
             fmt::format("spin -a cow.pml && cc {} -w -DSAFETY -DBFS -o pan pan.c", optimize))) {
    trouble_ = "spin could not compile the model";
  }
}

Spin::~Spin() {
  std::error_code ignored;
  if (!folder_.empty()) fs::remove_all(folder_, ignored);
}

/// The model needs one step before the first operation. -E: that all have exited is no deadlock.
SpinRun Spin::run(unsigned operations) const {
  SpinRun run;
  const auto start = std::chrono::steady_clock::now();
  const auto cpu = children_seconds();
  const bool ran = shell(folder_, fmt::format("./pan -E -w22 -m{} >out", operations + 1));
  run.cpu_seconds = children_seconds() - cpu;
  run.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  std::ifstream in(folder_ + "/out");
  const std::string out(std::istreambuf_iterator<char>(in), {});
  std::smatch match;
  if (!ran || out.find("errors: 0") == std::string::npos) {
    run.trouble = "spin found an error in its model";
  } else if (std::regex_search(out, match,
                               std::regex(R"((\d+) states, stored[^]*?(\d+) transitions)"))) {
    run.states = std::stoull(match[1]) - 1;
    run.transitions = std::stoull(match[2]);
  }
  return run;
}

}  // namespace cow::props::bench
