#include "props/subjects/xv6/make.h"

#include <fcntl.h>
#include <filesystem>
#include <fmt/format.h>
#include <sstream>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "props/subjects/registry.h"
#include "props/subjects/xv6/changes.h"
#include "props/subjects/xv6/tree.h"

namespace cow::props::xv6 {

namespace fs = std::filesystem;

std::string find_program(const std::string& name) {
  const char* const path = getenv("PATH");
  std::istringstream folders(path == nullptr ? "" : path);
  for (std::string folder; std::getline(folders, folder, ':');) {
    const auto file = fs::path(folder) / name;
    if (access(file.c_str(), X_OK) == 0) return file.string();
  }
  return {};
}

std::string tool_prefix() {
  for (const std::string prefix : {"riscv64-linux-gnu-", "riscv64-unknown-elf-",
                                   "riscv64-unknown-linux-gnu-", "riscv64-elf-"}) {
    if (!find_program(prefix + "gcc").empty()) return prefix;
  }
  return {};
}

namespace {

/// For mkfs, which runs here.
std::string host_compiler() {
  for (const std::string name : {"gcc", "cc", "clang-19", "clang"}) {
    if (auto path = find_program(name); !path.empty()) return path;
  }
  return {};
}

/// Runs a program in the directory, its output into make.log. Whether it succeeded.
bool run(const std::string& directory, const std::vector<std::string>& words) {
  std::vector<char*> arguments;
  for (const auto& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  const auto path = directory + "/host:" + getenv("PATH");
  const pid_t pid = fork();
  if (pid == 0) {
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    const int log = open((directory + "/make.log").c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0644);
    dup2(open("/dev/null", O_RDONLY), 0);
    for (const int fd : {1, 2}) dup2(log, fd);
    setenv("PATH", path.c_str(), 1);
    setenv("LC_ALL", "C", 1);
    for (const auto* const name : {"MAKEFLAGS", "MAKELEVEL", "MFLAGS"}) unsetenv(name);
    execvp(arguments[0], arguments.data());
    _exit(127);
  }
  int status = 0;
  return pid > 0 && waitpid(pid, &status, 0) == pid && status == 0;
}

/// The first line that tells of an error; else the last line.
std::string first_error(const std::string& log) {
  std::istringstream lines(log);
  std::string last;
  for (std::string line; std::getline(lines, line);) {
    if (line.find("rror: ") != std::string::npos || line.find("***") != std::string::npos ||
        line.find("undefined reference") != std::string::npos)
      return line;
    if (!line.empty()) last = line;
  }
  return last;
}

}  // namespace

std::string missing_tools() {
  constexpr std::pair<const char*, const char*> needed[] = {
      {"make", "make"}, {"perl", "perl"}, {"qemu-system-riscv64", "qemu-system-misc"}};
  std::string what, packages;
  const auto add = [&](const std::string& program, const std::string& package) {
    what += fmt::format("{}{}", what.empty() ? "" : ", ", program);
    packages += " " + package;
  };
  for (const auto& [program, package] : needed) {
    if (find_program(program).empty()) add(program, package);
  }
  if (tool_prefix().empty()) add("a RISC-V cross compiler", "gcc-riscv64-linux-gnu");
  if (host_compiler().empty()) add("a C compiler", "gcc");
  if (what.empty()) return {};
  return fmt::format("there is no {} here; install the Debian packages:{}", what, packages);
}

/// Warnings do not matter: a newer compiler has more of them than the tree's author ever saw, and
/// the Makefiles of most years make them errors. The language is that of the compilers of those
/// years, unless the tree names one. Only the first program is built, so all others may be broken.
/// The kernel is built first: there are trees in which that makes files that the disk has.
void make(const std::string& directory) {
  const auto host = fs::path(directory) / "host" / "gcc";
  write_file(host, fmt::format("#!/bin/sh\nexec {} -w \"$@\"\n", host_compiler()));
  fs::permissions(host, fs::perms::owner_all);
  const auto prefix = tool_prefix();
  const auto made = [&](const char* what) {
    return run(directory,
               {"make", "-C", directory, "-j2", "TOOLPREFIX=" + prefix,
                fmt::format("CC={}gcc -std=gnu17 -w", prefix), "UPROGS=user/_init", what});
  };
  if (made("kernel/kernel") && made("fs.img")) return;
  const auto log = directory + "/make.log";
  throw SubjectError(fmt::format("xv6: the tree does not build: {} (the whole log is {})",
                                 first_error(contents_of(log)), log));
}

}  // namespace cow::props::xv6
