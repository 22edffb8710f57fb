#include "props/subjects/linux/disk.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <fmt/format.h>
#include <sys/mman.h>
#include <unistd.h>

namespace cow::props::live {

namespace {

/// Whether pages go to the file and come back, and only whole sectors do: others would have to go
/// through the page cache, as they all do on a tmpfs.
bool is_direct(int fd) {
  const auto bytes = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
  void* const page =
      mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (page == MAP_FAILED) return false;
  const auto all = static_cast<ssize_t>(bytes);
  const bool direct = pwrite(fd, page, bytes, 0) == all && pread(fd, page, bytes, 0) == all &&
                      pwrite(fd, page, 1, 0) < 0 && errno == EINVAL;
  munmap(page, bytes);
  return direct;
}

}  // namespace

Disk open_disk() {
  std::error_code ignored;
  std::string reason;
  for (const auto& place : {std::filesystem::temp_directory_path(ignored).string(),
                            std::string("/var/tmp"), std::string(".")}) {
    const int fd = open(place.c_str(), O_TMPFILE | O_RDWR | O_DIRECT, 0600);
    if (fd >= 0 && is_direct(fd)) return {fd, ""};
    if (fd >= 0) close(fd);
    const char* const why = fd < 0 ? std::strerror(errno) : "goes through the page cache";
    reason += fmt::format("{}no O_DIRECT in {}: {}", reason.empty() ? "" : ", ", place, why);
  }
  return {-1, reason};
}

}  // namespace cow::props::live
