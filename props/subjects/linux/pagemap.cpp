#include "props/subjects/linux/pagemap.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

namespace cow::props::live {

PageEntry own_entry(const void* at) {
  const int fd = open("/proc/self/pagemap", O_RDONLY | O_CLOEXEC);
  if (fd < 0) return {};
  const auto page = reinterpret_cast<std::uint64_t>(at) / static_cast<std::uint64_t>(getpagesize());
  std::uint64_t raw = 0;
  if (pread(fd, &raw, sizeof raw, static_cast<off_t>(page * sizeof raw)) != sizeof raw) raw = 0;
  close(fd);
  return {raw};
}

namespace {

/// What a page that was only read shows.
std::uint64_t find_zero_frame() {
  const auto bytes = static_cast<std::size_t>(getpagesize());
  void* const at = mmap(nullptr, bytes, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (at == MAP_FAILED) return 0;
  [[maybe_unused]] const auto byte = *static_cast<volatile const char*>(at);
  const PageEntry entry = own_entry(at);
  munmap(at, bytes);
  return entry.frame();
}

}  // namespace

bool read_pagemap(Host& host, std::uint32_t process, std::uint32_t page,
                  std::span<PageEntry> entries) {
  const int fd = host.pagemap(process);
  const auto first = host.address(page) / host.real_bytes() * sizeof(PageEntry);
  const auto bytes = static_cast<ssize_t>(entries.size_bytes());
  return fd >= 0 &&
         pread(fd, entries.data(), entries.size_bytes(), static_cast<off_t>(first)) == bytes;
}

Frames::Frames()
    : counts_(open("/proc/kpagecount", O_RDONLY | O_CLOEXEC)),
      flags_(open("/proc/kpageflags", O_RDONLY | O_CLOEXEC)) {
  if (counts_ < 0 || flags_ < 0) {
    reason_ = "/proc/kpagecount and /proc/kpageflags cannot be read";
    return;
  }
  zero_frame_ = find_zero_frame();
  if (zero_frame_ == 0) reason_ = "/proc/PID/pagemap hides frames";
}

Frames::~Frames() {
  for (const int fd : {counts_, flags_}) {
    if (fd >= 0) close(fd);
  }
}

std::uint64_t Frames::word(int fd, std::uint64_t frame) const {
  std::uint64_t value = 0;
  const auto at = static_cast<off_t>(frame * sizeof value);
  return pread(fd, &value, sizeof value, at) == sizeof value ? value : 0;
}

}  // namespace cow::props::live
