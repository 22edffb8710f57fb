#include "props/subjects/xv6/emulator.h"

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <ctime>
#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

#include "props/subjects/registry.h"
#include "props/subjects/xv6/make.h"

namespace cow::props::xv6 {

namespace {

/// One processor: operations are told one after another, and no schedule is left to chance. The
/// memory is as much as PHYSTOP says, and what the tree has beyond.
std::vector<std::string> arguments(const Image& image) {
  std::vector<std::string> words = {
      "qemu-system-riscv64",
      "-machine",
      "virt",
      "-bios",
      "none",
      "-nodefaults",
      "-display",
      "none",
      "-serial",
      "stdio",
      "-smp",
      "1",
      "-m",
      fmt::format("{}M", (image.memory == 0 ? 128 : (image.memory >> 20) + 2) + image.beyond),
      "-kernel",
      image.directory + "/kernel/kernel",
      "-drive",
      fmt::format("file={}/fs.img,if=none,format=raw,id=x0,snapshot=on", image.directory),
      "-device",
      "virtio-blk-device,drive=x0,bus=virtio-mmio-bus.0"};
  words.insert(words.end(), image.emulation.begin(), image.emulation.end());
  return words;
}

[[noreturn]] void become(const std::vector<std::string>& words, int line, pid_t parent) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) _exit(3);
  setpgid(0, 0);
  signal(SIGINT, SIG_IGN);
  for (const int fd : {0, 1, 2}) dup2(line, fd);
  std::vector<char*> raw;
  for (const auto& word : words) raw.push_back(const_cast<char*>(word.c_str()));
  raw.push_back(nullptr);
  execvp(raw[0], raw.data());
  _exit(127);
}

}  // namespace

bool Emulator::owned() const { return pid_ > 0 && owner_ == getpid(); }

void Emulator::start(const Image& image) {
  stop();
  std::array<int, 2> ends;
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0)
    throw SubjectError(fmt::format("xv6: socketpair: {}", std::strerror(errno)));
  const auto words = arguments(image);
  owner_ = getpid();
  pid_ = fork();
  if (pid_ == 0) become(words, ends[1], owner_);
  close(ends[1]);
  line_ = ends[0];
  if (pid_ < 0) throw SubjectError(fmt::format("xv6: fork: {}", std::strerror(errno)));
  fcntl(line_, F_SETFL, O_NONBLOCK);
}

void Emulator::stop() {
  if (owned()) {
    kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
  }
  forget();
}

int Emulator::used_ms() const {
  clockid_t clock;
  timespec used{};
  if (clock_getcpuclockid(pid_, &clock) != 0 || clock_gettime(clock, &used) != 0) return 0;
  return static_cast<int>(used.tv_sec * 1000 + used.tv_nsec / 1'000'000);
}

void Emulator::forget() {
  if (line_ >= 0) close(line_);
  line_ = -1;
  pid_ = -1;
}

void Emulator::send(std::string_view text) {
  while (!text.empty()) {
    const auto sent = ::send(line_, text.data(), text.size(), MSG_NOSIGNAL);
    if (sent > 0) {
      text.remove_prefix(static_cast<std::size_t>(sent));
    } else if (errno != EINTR && errno != EAGAIN) {
      return;  // it has ended, which `receive` tells
    }
  }
}

/// QEMU writes characters one by one. Who waits for each costs more time than who naps.
bool Emulator::receive(std::string& text, int nap_us) {
  std::array<char, 4096> room;
  for (int tries = 0; tries < 2; ++tries) {
    const auto got = recv(line_, room.data(), room.size(), 0);
    if (got > 0) return text.append(room.data(), static_cast<std::size_t>(got)), true;
    if (got == 0 || (errno != EAGAIN && errno != EINTR)) return false;
    if (tries == 0) usleep(static_cast<useconds_t>(nap_us));
  }
  return true;
}

}  // namespace cow::props::xv6
