#include "props/export/c_runtime.h"

namespace cow::props::c_runtime {

const std::string_view device = R"c(
#include <linux/io_uring.h>

/* A long-term pin: a registered buffer of io_uring. The device is an operation on that buffer. */
static struct ring {
  int fd, held;
  char *rings, *page;
  struct io_uring_params sizes;
  struct io_uring_sqe *entry;
} rings[2] = {{.fd = -1}, {.fd = -1}};

static void *ring_memory(int fd, size_t size, off_t what) {
  void *got = mmap(0, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, fd, what);
  if (got == MAP_FAILED) die("no memory of", "io_uring");
  return got;
}
static void open_ring(struct ring *r) {
  memset(&r->sizes, 0, sizeof r->sizes);
  r->fd = (int)syscall(SYS_io_uring_setup, 1, &r->sizes);
  if (r->fd < 0) die("may not use", "io_uring");
  r->rings = ring_memory(r->fd, 4096, IORING_OFF_SQ_RING);
  r->entry = ring_memory(r->fd, sizeof *r->entry, (off_t)IORING_OFF_SQES);
}
static int pin(int number, int page) {
  struct ring *r = &rings[number];
  if (r->fd < 0) open_ring(r);
  struct iovec buffer = {at(page), real()};
  if (syscall(SYS_io_uring_register, r->fd, IORING_REGISTER_BUFFERS, &buffer, 1) != 0) return -1;
  r->page = at(page);
  r->held = 1;
  return 0;
}
static int unpin(int number) {
  rings[number].held = 0;
  return (int)syscall(SYS_io_uring_register, rings[number].fd, IORING_UNREGISTER_BUFFERS, 0, 0);
}
/* A child has its parent's rings, but not its pins. */
static void forget_pins(void) {
  for (int i = 0; i < 2; ++i) {
    if (rings[i].fd >= 0) {
      close(rings[i].fd);
      munmap(rings[i].rings, 4096);
      munmap(rings[i].entry, sizeof *rings[i].entry);
    }
    rings[i].fd = -1;
  }
}
static int transfer(struct ring *r, int operation, int fd, int offset, int length) {
  const struct io_uring_params *s = &r->sizes;
  memset(r->entry, 0, sizeof *r->entry);
  r->entry->opcode = (unsigned char)operation;
  r->entry->fd = fd;
  r->entry->off = (unsigned long long)-1;
  r->entry->addr = (unsigned long)(r->page + offset);
  r->entry->len = (unsigned)length;
  unsigned *tail = (unsigned *)(r->rings + s->sq_off.tail);
  unsigned *head = (unsigned *)(r->rings + s->cq_off.head);
  *(unsigned *)(r->rings + s->sq_off.array) = 0;
  __atomic_store_n(tail, *tail + 1, __ATOMIC_RELEASE);
  if (syscall(SYS_io_uring_enter, r->fd, 1, 1, IORING_ENTER_GETEVENTS, 0, 0) != 1) return -1;
  struct io_uring_cqe *cqes = (struct io_uring_cqe *)(r->rings + s->cq_off.cqes);
  const int got = cqes[*head & *(unsigned *)(r->rings + s->cq_off.ring_mask)].res;
  __atomic_store_n(head, *head + 1, __ATOMIC_RELEASE);
  return got;
}
static int device_load(int number, int offset, int length) {
  int ends[2];
  if (pipe(ends) != 0) die("no", "pipe");
  const int got = transfer(&rings[number], IORING_OP_WRITE_FIXED, ends[1], offset, length);
  const int good = got == length && read(ends[0], seen, (size_t)length) == length;
  close(ends[0]), close(ends[1]);
  return good ? 0 : -1;
}
static int device_store(int number, int offset, int length, int value) {
  int ends[2];
  if (pipe(ends) != 0) die("no", "pipe");
  for (int i = 0; i < length; ++i) {
    const unsigned char byte = (unsigned char)(value + i);
    if (write(ends[1], &byte, 1) != 1) die("cannot write to a", "pipe");
  }
  const int got = transfer(&rings[number], IORING_OP_READ_FIXED, ends[0], offset, length);
  close(ends[0]), close(ends[1]);
  return got == length ? 0 : -1;
}
#define HAS_PINS 1
)c";

}  // namespace cow::props::c_runtime
