#include "props/cli/fuzzer.h"

#include <cctype>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <fmt/format.h>
#include <fstream>
#include <spawn.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

#include "props/cli/load.h"
#include "props/run/isolated.h"

namespace cow::props::cli {

namespace {

namespace fs = std::filesystem;

/// A directory of its own below the system's temporary one, removed at the end.
class Scratch {
 public:
  Scratch() {
    std::string pattern = (fs::temp_directory_path() / "cowcheck-XXXXXX").string();
    if (mkdtemp(pattern.data()) != nullptr) path_ = pattern;
  }
  ~Scratch() {
    std::error_code ignored;
    if (!path_.empty()) fs::remove_all(path_, ignored);
  }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

/// Runs a program with its output in a file and waits. -1 when it could not start.
int run(const std::vector<std::string>& words, const fs::path& log) {
  std::vector<char*> argv;
  for (const auto& word : words) argv.push_back(const_cast<char*>(word.c_str()));
  argv.push_back(nullptr);
  posix_spawn_file_actions_t files;
  posix_spawn_file_actions_init(&files);
  posix_spawn_file_actions_addopen(&files, 1, log.c_str(), O_WRONLY | O_CREAT, 0600);
  posix_spawn_file_actions_adddup2(&files, 1, 2);
  pid_t pid = -1;
  const int error = posix_spawn(&pid, argv[0], &files, nullptr, argv.data(), environ);
  posix_spawn_file_actions_destroy(&files);
  int status = 0;
  if (error != 0 || waitpid(pid, &status, 0) != pid) return -1;
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128;
}

/// The number behind "stat::number_of_executed_units:" in libFuzzer's last words.
std::uint64_t executed_units(const fs::path& log) {
  std::ifstream in(log);
  const std::string key = "stat::number_of_executed_units:";
  for (std::string line; std::getline(in, line);) {
    if (line.starts_with(key)) return std::strtoull(line.c_str() + key.size(), nullptr, 10);
  }
  return 0;
}

fs::path crash_file(const fs::path& folder) {
  for (const auto& entry : fs::directory_iterator(folder)) {
    const auto name = entry.path().filename().string();
    for (const char* kind : {"crash-", "timeout-", "oom-", "leak-"}) {
      if (name.starts_with(kind)) return entry.path();
    }
  }
  return {};
}

FuzzResult could_not(std::string why) {
  FuzzResult result;
  result.error = std::move(why);
  return result;
}

}  // namespace

FuzzResult run_fuzzer(const FuzzOptions& options) {
  const auto bin = fs::read_symlink("/proc/self/exe").parent_path();
  const auto target = bin / "fuzz_lockstep";
  if (!fs::exists(target))
    return could_not("no fuzz_lockstep beside this program; ./cowcheck build fuzz_lockstep");
  const Scratch scratch;
  if (scratch.path().empty()) return could_not("no temporary directory can be made");
  const auto corpus = scratch.path() / "corpus";
  fs::create_directory(corpus);
  const auto seeds = bin.parent_path() / "corpus" / "lockstep";
  const auto log = scratch.path() / "log";
  const auto seconds = std::max<std::int64_t>(1, options.limit.count() / 1000);
  std::vector<std::string> words = {target.string(),
                                    fmt::format("-seed={}", options.seed),
                                    fmt::format("-max_total_time={}", seconds),
                                    fmt::format("-artifact_prefix={}/", scratch.path().string()),
                                    "-print_final_stats=1",
                                    "-timeout=10",
                                    "-reload=0",
                                    corpus.string()};
  if (fs::exists(seeds)) words.push_back(seeds.string());
  words.push_back("-ignore_remaining_args=1");
  words.push_back(fmt::format("--subject={}", options.subject));
  const int status = run(words, log);
  FuzzResult result;
  result.runs = executed_units(log);
  result.ran = true;
  const auto crash = crash_file(scratch.path());
  result.found = !crash.empty();
  if (!result.found) {
    if (status != 0) return could_not(fmt::format("fuzz_lockstep ended with status {}", status));
    return result;
  }
  result.trace = load_trace(crash.string(), true).trace;
  result.failure = run_isolated(options.subject, result.trace);
  if (!result.failure) return could_not("the fuzzer's crash file passes outside the fuzzer");
  return result;
}

}  // namespace cow::props::cli
