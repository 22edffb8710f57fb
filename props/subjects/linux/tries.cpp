#include "props/subjects/linux/tries.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <fmt/format.h>
#include <linux/aio_abi.h>
#include <linux/io_uring.h>
#include <linux/userfaultfd.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include "impl/linux/control.h"
#include "props/subjects/linux/direct_file.h"
#include "props/subjects/linux/disk.h"
#include "props/subjects/linux/pagemap.h"

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
  std::uint64_t address() const { return reinterpret_cast<std::uintptr_t>(at_); }
  void store() const { *static_cast<volatile char*>(at_) = 1; }
  std::size_t bytes() const { return bytes_; }

 private:
  std::size_t bytes_;
  void* at_;
};

std::string advise(const Page& page, int advice, const char* name) {
  page.store();
  const bool done = madvise(page.at(), page.bytes(), advice) == 0;
  return done ? "" : fmt::format("Linux has no {}: {}", name, std::strerror(errno));
}

std::string protect(const Page& page, int handle, std::uint64_t features) {
  uffdio_api api{};
  api.api = UFFD_API;
  api.features = features;
  if (ioctl(handle, UFFDIO_API, &api) != 0)
    return fmt::format("userfaultfd lacks a feature: {}", std::strerror(errno));
  page.store();
  const uffdio_range range{page.address(), page.bytes()};
  uffdio_register area{};
  area.range = range;
  area.mode = UFFDIO_REGISTER_MODE_WP;
  uffdio_writeprotect change{};
  change.range = range;
  change.mode = UFFDIO_WRITEPROTECT_MODE_WP;
  if (ioctl(handle, UFFDIO_REGISTER, &area) != 0 ||
      ioctl(handle, UFFDIO_WRITEPROTECT, &change) != 0)
    return fmt::format("userfaultfd protects nothing: {}", std::strerror(errno));
  return own_entry(page.at()).write_protected() ? "" : "pagemap does not show write protection";
}

}  // namespace

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

std::string try_direct() {
  aio_context_t context = 0;
  if (syscall(SYS_io_setup, 1L, &context) != 0)
    return fmt::format("io_setup is not allowed: {}", std::strerror(errno));
  syscall(SYS_io_destroy, context);
  return DirectFile().connect();
}

std::string try_disk() {
  const auto disk = open_disk();
  if (disk.fd >= 0) close(disk.fd);
  return disk.reason;
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

std::string try_free() { return advise(Page(PROT_READ | PROT_WRITE), MADV_FREE, "MADV_FREE"); }

std::string try_guards() {
  const Page page(PROT_READ | PROT_WRITE);
  auto why = advise(page, agent::guard_install, "MADV_GUARD_INSTALL (6.13)");
  if (!why.empty() || own_entry(page.at()).guard()) return why;
  return "pagemap does not show guards (Linux 6.15 does)";
}

std::string try_userfaultfd(std::uint64_t features) {
  const int handle = static_cast<int>(syscall(SYS_userfaultfd, O_CLOEXEC | agent::user_mode_only));
  if (handle < 0) return fmt::format("userfaultfd is not allowed: {}", std::strerror(errno));
  const Page page(PROT_READ | PROT_WRITE);
  auto why = protect(page, handle, features);
  close(handle);
  return why;
}

}  // namespace cow::props::live
