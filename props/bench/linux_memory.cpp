#include "props/bench/linux_memory.h"

#include <charconv>
#include <fstream>
#include <new>
#include <stdexcept>
#include <string>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "props/bench/measure.h"

namespace cow::props::bench {

namespace {

constexpr std::size_t small_page = 4096, huge_page = std::size_t{2} << 20;

void* map_anonymous(std::size_t bytes, int sharing) {
  void* at = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, sharing | MAP_ANONYMOUS, -1, 0);
  if (at == MAP_FAILED) throw std::bad_alloc();
  return at;
}

/// Forks, times that in the parent, and runs `work` in the child, which then ends.
template <class Work>
double fork_and_wait(Work work) {
  pid_t child = -1;
  const auto seconds = seconds_of([&] {
    child = fork();
    if (child != 0) return;
    work();
    _exit(0);
  });
  int status = -1;
  if (child < 0 || waitpid(child, &status, 0) != child || status != 0) {
    throw std::runtime_error("bench: fork failed");
  }
  return seconds;
}

/// The number behind `key`, in kB, of a line like "MemAvailable:  123 kB"; 0 when it is another.
std::size_t kilobytes(const std::string& line, const std::string& key) {
  if (!line.starts_with(key)) return 0;
  const auto digits = line.find_first_of("0123456789");
  return digits == std::string::npos ? 0 : std::stoull(line.substr(digits));
}

}  // namespace

LinuxMemory::LinuxMemory(std::size_t bytes, bool huge)
    : mapped_(bytes + huge_page),
      mapping_(static_cast<std::uint8_t*>(map_anonymous(mapped_, MAP_PRIVATE))),
      data_(mapping_ + (huge_page - reinterpret_cast<std::uintptr_t>(mapping_) % huge_page)),
      bytes_(bytes) {
  madvise(mapping_, mapped_, huge ? MADV_HUGEPAGE : MADV_NOHUGEPAGE);  // huge_bytes() tells
  touch();
}

LinuxMemory::~LinuxMemory() { munmap(mapping_, mapped_); }

void LinuxMemory::touch() {
  for (std::size_t at = 0; at < bytes_; at += small_page) {
    *static_cast<volatile std::uint8_t*>(data_ + at) = static_cast<std::uint8_t>(at + 1);
  }
}

std::size_t LinuxMemory::huge_bytes() const {
  std::ifstream smaps("/proc/self/smaps");
  const auto inside = reinterpret_cast<std::uintptr_t>(data_);
  bool here = false;
  for (std::string line; std::getline(smaps, line);) {
    std::uintptr_t first = 0, end = 0;
    const auto* const stop = line.data() + line.size();
    const auto dash = std::from_chars(line.data(), stop, first, 16);
    if (dash.ptr != stop && *dash.ptr == '-') {  // the first line of a mapping: "first-end rw-p"
      std::from_chars(dash.ptr + 1, stop, end, 16);
      here = first <= inside && inside < end;
    }
    if (here && line.starts_with("AnonHugePages:")) return kilobytes(line, "AnonHugePages:") << 10;
  }
  return 0;
}

double LinuxMemory::fork_seconds() {
  return fork_and_wait([] {});
}

double LinuxMemory::child_touch_seconds() {
  auto* const answer = static_cast<double*>(map_anonymous(sizeof(double), MAP_SHARED));
  fork_and_wait([&] { *answer = seconds_of([&] { touch(); }); });
  const auto seconds = *answer;
  munmap(answer, sizeof(double));
  return seconds;
}

std::size_t available_memory() {
  std::ifstream meminfo("/proc/meminfo");
  for (std::string line; std::getline(meminfo, line);) {
    if (const auto kb = kilobytes(line, "MemAvailable:")) return kb << 10;
  }
  return 0;
}

void keep_from_children(void* at, std::size_t bytes) {
  if (madvise(at, bytes, MADV_DONTFORK) != 0) throw std::runtime_error("bench: madvise failed");
}

}  // namespace cow::props::bench
