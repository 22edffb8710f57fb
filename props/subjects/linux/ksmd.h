#pragma once

#include <array>
#include <csignal>
#include <fcntl.h>
#include <fstream>
#include <string>
#include <sys/file.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "props/subjects/linux/means.h"

namespace cow::props::live {

/// For a test: ksmd at work and fast, as long as this lives. It is put back as it was by a process
/// of its own, so also when the test is killed. One at a time on this machine: others wait.
class Ksmd {
 public:
  Ksmd() {
    const int lock = open(path(run).c_str(), O_RDONLY | O_CLOEXEC);  // the keeper holds it, too
    if (lock >= 0) flock(lock, LOCK_EX);
    lock_ = lock;
    for (std::size_t i = 0; i < files.size(); ++i) {
      std::ifstream in(path(i));
      if (!(in >> before_[i])) reason_ = "there is no /sys/kernel/mm/ksm";
    }
    if (geteuid() != 0) reason_ = "needs root to have ksmd run";
    if (!reason_.empty() || pipe2(ends_.data(), O_CLOEXEC) != 0) return;
    keeper_ = fork();
    if (keeper_ == 0) keep();
    close(ends_[0]);
    for (std::size_t i = 0; i < files.size(); ++i) write(i, wanted[i]);
    Means::renew();
  }
  ~Ksmd() {
    if (keeper_ > 0) {
      close(ends_[1]);
      waitpid(keeper_, nullptr, 0);
      Means::renew();
    }
    if (lock_ >= 0) close(lock_);
  }
  Ksmd(const Ksmd&) = delete;
  Ksmd& operator=(const Ksmd&) = delete;

  /// Why it is not at work; empty: it is.
  const std::string& reason() const { return reason_; }
  /// Did it run before?
  int before() const { return before_[run]; }

 private:
  static constexpr std::array<const char*, 3> files = {"pages_to_scan", "sleep_millisecs", "run"};
  static constexpr std::size_t run = 2;
  static constexpr std::array<int, 3> wanted = {2000, 1, 1};
  static std::string path(std::size_t i) { return std::string("/sys/kernel/mm/ksm/") + files[i]; }
  static void write(std::size_t i, int value) { std::ofstream(path(i)) << value; }

  /// Reads until nobody can write any more.
  [[noreturn]] void keep() const {
    setpgid(0, 0);
    for (const int signal : {SIGINT, SIGTERM, SIGHUP}) std::signal(signal, SIG_IGN);
    close(ends_[1]);
    char byte = 0;
    while (read(ends_[0], &byte, 1) > 0) continue;
    for (std::size_t i = 0; i < files.size(); ++i) write(i, before_[i]);
    _exit(0);
  }

  std::string reason_;
  std::array<int, 3> before_{};
  std::array<int, 2> ends_{-1, -1};
  pid_t keeper_ = -1;
  int lock_ = -1;
};

}  // namespace cow::props::live
