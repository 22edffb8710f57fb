#include <cerrno>
#include <linux/io_uring.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include "impl/linux/agent.h"

// Long-term pins: io_uring's registered buffers (FOLL_LONGTERM). The "device" that reads or writes
// a pinned page is an operation on a registered buffer, which goes to the pinned frame past every
// page table.

namespace cow::agent {

namespace {

struct Ring {
  int fd = -1;
  std::uint8_t* rings = nullptr;
  std::size_t ring_bytes = 0;
  io_uring_sqe* entry = nullptr;
  io_uring_params sizes;
  bool held = false;
  bool writes = false;  ///< the device may write
  std::uint8_t* page = nullptr;

  std::uint32_t& word(std::uint32_t offset) const {
    return *reinterpret_cast<std::uint32_t*>(rings + offset);
  }
};
Ring held[pins];

void close_ring(Ring& ring) {
  if (ring.fd < 0) return;
  if (ring.rings != nullptr) munmap(ring.rings, ring.ring_bytes);
  if (ring.entry != nullptr) munmap(ring.entry, ring.sizes.sq_entries * sizeof *ring.entry);
  close(ring.fd);
  ring = {};
}

bool open_ring(Ring& ring) {
  if (ring.fd >= 0) return true;
  ring.sizes = {};
  ring.fd = static_cast<int>(syscall(SYS_io_uring_setup, 1, &ring.sizes));  // closes at exec
  if (ring.fd < 0) return false;
  const auto& s = ring.sizes;
  const auto sq = s.sq_off.array + s.sq_entries * sizeof(std::uint32_t);
  const auto cq = s.cq_off.cqes + s.cq_entries * sizeof(io_uring_cqe);
  ring.ring_bytes = sq > cq ? sq : cq;
  const auto map = [&](std::size_t bytes, off_t what) {
    void* const at =
        mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, ring.fd, what);
    return at == MAP_FAILED ? nullptr : at;
  };
  ring.rings = static_cast<std::uint8_t*>(map(ring.ring_bytes, IORING_OFF_SQ_RING));
  ring.entry = static_cast<io_uring_sqe*>(
      map(s.sq_entries * sizeof(io_uring_sqe), static_cast<off_t>(IORING_OFF_SQES)));
  if (ring.rings != nullptr && ring.entry != nullptr) return true;
  close_ring(ring);
  return false;
}

/// One operation between the pinned page and the pipe, waited for. How many bytes, or -errno.
int transfer(Ring& ring, std::uint8_t operation, int fd, std::uint32_t offset,
             std::uint32_t length) {
  *ring.entry = {};
  ring.entry->opcode = operation;
  ring.entry->fd = fd;
  ring.entry->off = ~std::uint64_t{0};
  ring.entry->addr = reinterpret_cast<std::uint64_t>(ring.page + offset);
  ring.entry->len = length;
  const auto& s = ring.sizes;
  ring.word(s.sq_off.array) = 0;
  auto& tail = ring.word(s.sq_off.tail);
  __atomic_store_n(&tail, tail + 1, __ATOMIC_RELEASE);
  if (syscall(SYS_io_uring_enter, ring.fd, 1, 1, IORING_ENTER_GETEVENTS, nullptr, 0) != 1)
    return -errno;
  auto& head = ring.word(s.cq_off.head);
  const auto* const done = reinterpret_cast<io_uring_cqe*>(ring.rings + s.cq_off.cqes);
  const int result = done[head & ring.word(s.cq_off.ring_mask)].res;
  __atomic_store_n(&head, head + 1, __ATOMIC_RELEASE);
  return result;
}

bool device_load(Ring& ring, std::uint8_t* to, std::uint32_t offset, std::uint32_t length) {
  const auto* const pipe = self.control->pipe;
  const int got = transfer(ring, IORING_OP_WRITE_FIXED, pipe[1], offset, length);
  return got == static_cast<int>(length) && read(pipe[0], to, length) == got;
}

bool device_store(Ring& ring, const std::uint8_t* from, std::uint32_t offset,
                  std::uint32_t length) {
  const auto* const pipe = self.control->pipe;
  if (write(pipe[1], from, length) != static_cast<ssize_t>(length)) return false;
  const int put = transfer(ring, IORING_OP_READ_FIXED, pipe[0], offset, length);
  return put == static_cast<int>(length);
}

}  // namespace

void forget_pins() {
  for (Ring& ring : held) close_ring(ring);
}

/// io_uring pins for writing only, so Linux refuses read-only pages whatever the device wants; the
/// driver does not ask for those.
Status pin(const Request& r, Reply& reply) {
  Ring& ring = held[r.pin];
  if (ring.held) return COWAGENT_BUSY;
  if (!open_ring(ring)) return COWAGENT_NO_MEMORY;
  const iovec page{address(r.page), self.control->real_bytes};
  if (syscall(SYS_io_uring_register, ring.fd, IORING_REGISTER_BUFFERS, &page, 1) != 0) {
    if (errno == EFAULT) return refusal(address(r.page));
    if (errno == ENOMEM) return COWAGENT_NO_MEMORY;
    reply.detail = static_cast<std::uint32_t>(errno);
    return COWAGENT_STUCK;
  }
  ring.held = true;
  ring.writes = r.access == COWAGENT_WRITABLE;
  ring.page = address(r.page);
  return COWAGENT_OK;
}

Status unpin(const Request& r, Reply& reply) {
  Ring& ring = held[r.pin];
  if (!ring.held) return COWAGENT_NO_PIN;
  ring.held = false;
  if (syscall(SYS_io_uring_register, ring.fd, IORING_UNREGISTER_BUFFERS, nullptr, 0) == 0)
    return COWAGENT_OK;
  reply.detail = static_cast<std::uint32_t>(errno);
  return COWAGENT_STUCK;
}

Status device(const Request& r, Reply& reply) {
  Ring& ring = held[r.pin];
  const Control& c = *self.control;
  if (!ring.held) return COWAGENT_NO_PIN;
  if (r.kind == COWAGENT_DEVICE_READ) {
    if (!device_load(ring, self.control->data, r.offset, r.length)) return COWAGENT_STUCK;
    reply.bytes = c.data;
    reply.length = r.length;
    return COWAGENT_OK;
  }
  if (!ring.writes) return COWAGENT_SEGFAULT;
  const auto* const bytes = pattern(r.value);
  const auto tail = c.real_bytes - c.page_bytes;
  const bool both = device_store(ring, bytes, r.offset, r.length) &&
                    (tail == 0 || device_store(ring, bytes, r.offset + tail, r.length));
  return both ? COWAGENT_OK : COWAGENT_STUCK;
}

}  // namespace cow::agent
