#include <cerrno>
#include <fcntl.h>
#include <linux/aio_abi.h>
#include <string>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include "impl/linux/agent.h"

// O_DIRECT: the device reads and writes the process's pages themselves, past the page cache.
//
// In flight: reads and writes of a file whose device is the driver (FUSE), submitted by
// io_submit(2) and answered when the driver likes. Until then they hold the page
// (iov_iter_extract_pages, FOLL_PIN without FOLL_LONGTERM; before Linux 6.9 mere references, which
// a fork overlooked: open(2), NOTES). A request has one answer, so a pin is many of them.
//
// At once: a page to and from a file on a disk, for kernel-read and kernel-write.

namespace cow::agent {

namespace {

aio_context_t context = 0;
std::uint8_t* in_flight[direct_files] = {};                ///< the page of each file's requests
alignas(4096) std::uint8_t copies[direct_files][1 << 16];  ///< of a wrong agent
alignas(4096) std::uint8_t sector[1 << 16];                ///< as large as Linux's largest page

/// The answer of a request that is done, or 1: none is.
std::int64_t result() {
  io_event event{};
  timespec at_once{};
  const long got = syscall(SYS_io_getevents, context, 0L, 1L, &event, &at_once);
  return got == 1 ? event.res : 1;
}

/// 0, or what is wrong with it (-errno). In flight are as many requests as there are pieces.
std::int64_t submit(std::uint16_t operation, const Request& r, const iovec* pieces,
                    std::uint32_t count) {
  iocb block{};
  block.aio_lio_opcode = operation;
  block.aio_fildes = static_cast<std::uint32_t>(self.control->direct[r.to]);
  block.aio_buf = reinterpret_cast<std::uint64_t>(pieces);
  block.aio_nbytes = count;
  iocb* const blocks[] = {&block};
  if (syscall(SYS_io_submit, context, 1L, blocks) != 1) return -errno;
  const auto done = result();
  return done == 1 ? 0 : done < 0 ? done : -EIO;
}

Status refused(std::int64_t why, const Request& r, Reply& reply) {
  if (why == -EFAULT && r.access == COWAGENT_READABLE) return COWAGENT_SEGFAULT;
  if (why == -EFAULT) return refusal(address(r.page));
  errno = static_cast<int>(-why);
  return surprise(reply);
}

}  // namespace

Status open_directly(const Request& r, Reply& reply) {
  const Control& c = *self.control;
  const auto path = "/proc/self/fd/" + std::to_string(c.mounts[r.to]);
  const int fd = open(path.c_str(), O_RDWR | O_DIRECT);  // not closed by an exec
  struct stat about;
  // Linux asks for the size and the capabilities once, and the driver is there to answer now.
  if (fd < 0 || fstat(fd, &about) != 0 || pwrite(fd, sector, 1, 0) != 1) return surprise(reply);
  self.control->direct[r.to] = fd;
  close(c.mounts[r.to]);
  return COWAGENT_OK;
}

/// First those that the device is to write with, which make the page the process's own.
Status hold(const Request& r, Reply& reply) {
  if (context == 0 && syscall(SYS_io_setup, 16L, &context) != 0)
    return errno == EAGAIN ? Status{COWAGENT_NO_MEMORY} : surprise(reply);  // fs.aio-max-nr
  while (result() != 1) continue;  // of requests that were answered since
  std::uint8_t* page = address(r.page);
  if (is_wrong(Wrong::holds_copies)) {
    page = copies[r.to];
    load(page, address(r.page), self.control->real_bytes);
  }
  iovec pieces[direct_reads + direct_writes];
  for (iovec& piece : pieces) piece = {page, self.control->real_bytes};
  if (r.access == COWAGENT_WRITABLE) {
    const auto wrong = submit(IOCB_CMD_PREADV, r, pieces, direct_reads);
    if (wrong != 0) return refused(wrong, r, reply);
  }
  const auto wrong = submit(IOCB_CMD_PWRITEV, r, pieces, direct_writes);
  if (wrong != 0) return refused(wrong, r, reply);
  in_flight[r.to] = address(r.page);
  return COWAGENT_OK;
}

void forget_requests() {
  context = 0;
  for (auto& page : in_flight) page = nullptr;
}

void part_from_device() {
  const auto bytes = self.control->real_bytes;
  for (const auto page : in_flight) {
    if (page == nullptr || !load(sector, page, bytes)) continue;
    mmap(page, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
    store(page, sector, bytes);
  }
}

namespace {

/// The page of Linux in which a byte lies, and where in it.
std::uint64_t place_in_page(const std::uint8_t* at) {
  return reinterpret_cast<std::uint64_t>(at) % self.control->real_bytes;
}

/// The device reads the whole page; `sector` shows what it got.
bool read_page(const std::uint8_t* page) {
  const int fd = self.control->disk;
  const auto bytes = self.control->real_bytes;
  const auto all = static_cast<ssize_t>(bytes);
  return pwrite(fd, page, bytes, 0) == all && pread(fd, sector, bytes, 0) == all;
}

}  // namespace

bool disk_load(std::uint8_t* to, const std::uint8_t* from, std::uint32_t length) {
  const auto offset = place_in_page(from);
  if (!read_page(from - offset)) return false;
  __builtin_memcpy(to, sector + offset, length);
  return true;
}

bool disk_store(std::uint8_t* to, const std::uint8_t* from, std::uint32_t length) {
  const auto offset = place_in_page(to);
  if (!read_page(to - offset)) return false;
  __builtin_memcpy(sector + offset, from, length);
  const int fd = self.control->disk;
  const auto bytes = self.control->real_bytes;
  const auto all = static_cast<ssize_t>(bytes);
  return pwrite(fd, sector, bytes, 0) == all && pread(fd, to - offset, bytes, 0) == all;
}

}  // namespace cow::agent
