#include "props/subjects/linux/means.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <fmt/format.h>
#include <fstream>
#include <linux/io_uring.h>
#include <memory>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/utsname.h>
#include <unistd.h>

namespace cow::props::live {

namespace {

/// A page to try things on.
class Page {
 public:
  explicit Page(int protection)
      : bytes_(static_cast<std::size_t>(getpagesize())),
        at_(mmap(nullptr, bytes_, protection, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)) {}
  ~Page() { munmap(at_, bytes_); }
  Page(const Page&) = delete;
  Page& operator=(const Page&) = delete;

  void* at() const { return at_; }
  std::size_t bytes() const { return bytes_; }

 private:
  std::size_t bytes_;
  void* at_;
};

std::string try_pins() {
  io_uring_params sizes{};
  const int ring = static_cast<int>(syscall(SYS_io_uring_setup, 1, &sizes));
  if (ring < 0) return fmt::format("io_uring is not allowed: {}", std::strerror(errno));
  const Page page(PROT_READ | PROT_WRITE);
  const iovec buffer{page.at(), page.bytes()};
  const auto answer = syscall(SYS_io_uring_register, ring, IORING_REGISTER_BUFFERS, &buffer, 1);
  const int error = errno;
  close(ring);
  return answer == 0 ? "" : fmt::format("io_uring pins nothing: {}", std::strerror(error));
}

std::string try_force_write() {
  const Page page(PROT_READ);
  const int fd = open("/proc/self/mem", O_RDWR | O_CLOEXEC);
  const auto at = static_cast<off_t>(reinterpret_cast<std::uintptr_t>(page.at()));
  const bool done = fd >= 0 && pwrite(fd, "x", 1, at) == 1;
  const int error = errno;
  if (fd >= 0) close(fd);
  return done ? "" : fmt::format("/proc/PID/mem is not forced: {}", std::strerror(error));
}

std::unique_ptr<const Means> current;

bool makes_huge_pages() {
  std::ifstream file("/sys/kernel/mm/transparent_hugepage/enabled");
  std::string words;
  std::getline(file, words);
  return !words.empty() && words.find("[never]") == std::string::npos;
}

/// Beside its heading, the file has a line for each.
bool has_swap_areas() {
  std::ifstream file("/proc/swaps");
  std::string line;
  return std::getline(file, line) && std::getline(file, line);
}

}  // namespace

Means::Means()
    : no_pins(try_pins()),
      no_force_write(try_force_write()),
      huge(makes_huge_pages()),
      has_swap(has_swap_areas()),
      has_nodes(access("/sys/devices/system/node/node1", F_OK) == 0) {
  utsname name{};
  if (uname(&name) == 0) release = name.release;
}

const Means& Means::get() {
  if (current == nullptr) renew();
  return *current;
}

void Means::renew() { current.reset(new Means); }

}  // namespace cow::props::live
