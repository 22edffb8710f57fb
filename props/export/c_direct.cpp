#include "props/export/c_runtime.h"

namespace cow::props::c_runtime {

const std::string_view direct = R"c(
#include <linux/aio_abi.h>
#include <linux/fuse.h>
#include <linux/mount.h>
#include <sys/stat.h>

/* A pin that is O_DIRECT requests in flight. The first of all processes, which takes no steps of
 * others, is the device: it serves a file for each pin over /dev/fuse and answers a request when
 * the trace says so. Nobody else has /dev/fuse open: when it ends, Linux ends what is in flight. */
#define READS 8
#define WRITES 128
static struct {
  int device, mount, reads;
  unsigned long long read[READS];
} direct[DIRECT];
static struct {
  struct fuse_in_header head;
  char rest[1 << 17];
} request;

static void answer(int number, unsigned long long unique, int error, void *data, size_t size) {
  struct fuse_out_header head = {(unsigned)(sizeof head + size), error, unique};
  struct iovec parts[2] = {{&head, sizeof head}, {data, size}};
  if (writev(direct[number].device, parts, 2) != (ssize_t)head.len) die("cannot answer", "FUSE");
}
static int next_request(int number) {
  return read(direct[number].device, &request, sizeof request) > (ssize_t)sizeof request.head;
}
static void answer_write(int number) {
  struct fuse_write_in asked;
  memcpy(&asked, request.rest, sizeof asked);
  struct fuse_write_out taken = {asked.size, 0};
  answer(number, request.head.unique, 0, &taken, sizeof taken);
}
/* What is asked while the file is opened; what is not known here is asked once. */
static void serve(int number) {
  struct fuse_open_out opened = {.open_flags = 1 << 5 /* FOPEN_NOFLUSH, Linux 5.17 */};
  struct fuse_attr_out about = {.attr_valid = 1ULL << 40,
                                .attr = {.ino = 1, .size = 1ULL << 40, .mode = S_IFREG | 0600}};
  while (next_request(number)) {
    if (request.head.opcode == FUSE_OPEN)
      answer(number, request.head.unique, 0, &opened, sizeof opened);
    else if (request.head.opcode == FUSE_GETATTR)
      answer(number, request.head.unique, 0, &about, sizeof about);
    else if (request.head.opcode == FUSE_WRITE)
      answer_write(number);
    else
      answer(number, request.head.unique, -ENOSYS, 0, 0);
  }
}
/* Requests of one page each; the mount is in no tree of files, and its root is the file. */
static void connect_file(int number) {
  char text[32], page[32];
  const int device = open("/dev/fuse", O_RDWR | O_CLOEXEC | O_NONBLOCK);
  const int fs = (int)syscall(SYS_fsopen, "fuse", 0);
  snprintf(text, sizeof text, "%d", device);
  snprintf(page, sizeof page, "%d", (int)real());
  const char *options[] = {"fd", text, "rootmode", "100000", "user_id", "0",
                           "group_id", "0", "max_read", page};
  for (int i = 0; i < 10; i += 2)
    syscall(SYS_fsconfig, fs, FSCONFIG_SET_STRING, options[i], options[i + 1], 0);
  if (device < 0 || syscall(SYS_fsconfig, fs, FSCONFIG_CMD_CREATE, 0, 0, 0) != 0)
    die("cannot mount FUSE (needs root):", strerror(errno));
  direct[number].device = device;
  direct[number].mount = (int)syscall(SYS_fsmount, fs, 0, 0);
  close(fs);
  struct fuse_init_out hello = {.major = 7, .minor = 35, .max_write = (unsigned)real(),
                                .flags = FUSE_ASYNC_DIO | FUSE_MAX_PAGES | FUSE_BIG_WRITES,
                                .max_background = 1024, .congestion_threshold = 1024,
                                .max_pages = 1};
  if (!next_request(number)) die("is not greeted by", "FUSE");
  answer(number, request.head.unique, 0, &hello, sizeof hello);
}
/* Of P0, from which all others come. */
static void open_files(void) {
  static char byte;
  struct stat about;
  for (int i = 0; i < DIRECT; ++i) close(direct[i].device);
  for (int i = 0; i < DIRECT; ++i) {
    char path[64];
    snprintf(path, sizeof path, "/proc/self/fd/%d", direct[i].mount);
    all->files[i] = open(path, O_RDWR | O_DIRECT);
    const int fd = all->files[i];
    if (fd < 0 || fstat(fd, &about) != 0 || pwrite(fd, &byte, 1, 0) != 1)
      die("cannot open a file of FUSE:", strerror(errno));
    close(direct[i].mount);
  }
  all->opened = 1;
}
static void serve_files(void) {
  while (!__atomic_load_n(&all->opened, __ATOMIC_SEQ_CST) && !all->failed) {
    for (int i = 0; i < DIRECT; ++i) serve(i);
    usleep(20);
  }
  for (int i = 0; i < DIRECT; ++i) close(direct[i].mount);
}

static aio_context_t context;
/* The result of a request that is done; 1: none is. */
static long result(void) {
  struct io_event event;
  struct timespec at_once = {0, 0};
  return syscall(SYS_io_getevents, context, 0L, 1L, &event, &at_once) == 1 ? (long)event.res : 1;
}
static int submit(int number, int operation, int page, int count) {
  static struct iovec pieces[WRITES];
  struct iocb block, *blocks[] = {&block};
  for (int i = 0; i < count; ++i) pieces[i] = (struct iovec){at(page), real()};
  memset(&block, 0, sizeof block);
  block.aio_lio_opcode = (unsigned short)operation;
  block.aio_fildes = (unsigned)all->files[number];
  block.aio_buf = (unsigned long)pieces;
  block.aio_nbytes = (unsigned long)count;
  if (syscall(SYS_io_submit, context, 1L, blocks) != 1) die("cannot submit:", strerror(errno));
  const long done = result();
  if (done != 1 && done != -EFAULT) die("is refused a request:", strerror((int)-done));
  return done == 1 ? 0 : -1;
}
/* A pin for reading is no long-term one: the page is the process's own first. */
static int hold(int number, int page, int writes) {
  if (!context && syscall(SYS_io_setup, 64L, &context) != 0) die("may not use", "io_setup");
  while (result() != 1) continue;
  if (!writes) own(page);
  if (writes && submit(number, IOCB_CMD_PREADV, page, READS) != 0) return -1;
  return submit(number, IOCB_CMD_PWRITEV, page, WRITES);
}

/* Of the device: takes a write of the process's, and so what its page has now. */
static const char *take(int number) {
  while (next_request(number)) {
    if (request.head.opcode == FUSE_WRITE) {
      answer_write(number);
      return request.rest + sizeof(struct fuse_write_in);
    }
    if (request.head.opcode == FUSE_READ)
      direct[number].read[direct[number].reads++] = request.head.unique;
  }
  return 0;
}
static void answer_read(int number, void *data, size_t size) {
  answer(number, direct[number].read[--direct[number].reads], 0, data, size);
}
static int let_go(int number) {
  while (take(number)) continue;
  while (direct[number].reads > 0) answer_read(number, 0, 0);
  return 0;
}
static int direct_load(int number, int offset, int length) {
  const char *page = take(number);
  if (!page) return -1;
  memcpy(seen, page + offset, (size_t)length);
  return 0;
}
static int direct_store(int number, int offset, int length, int value) {
  static char image[1 << 16];
  const char *page = take(number);
  if (!page || direct[number].reads == 0) return -1;
  memcpy(image, page, real());
  for (int i = 0; i < length; ++i) image[offset + i] = (char)(value + i);
  answer_read(number, image, real());
  return 0;
}
#define HAS_DIRECT 1
)c";

}  // namespace cow::props::c_runtime
