#include "props/export/c_runtime.h"

namespace cow::props::c_runtime {

const std::string_view calls = R"c(
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#ifndef MAP_FIXED_NOREPLACE
#define MAP_FIXED_NOREPLACE 0x100000
#endif
#ifndef MADV_PAGEOUT
#define MADV_PAGEOUT 21
#endif

/* What all processes share. They take turns: `turn` is the number of the next step. */
struct all {
  int turn, failed, leaving, file, pids[16];
  int opened, files[16]; /* of O_DIRECT requests */
};
static struct all *all;
static int all_fd, me, now;

static void die(const char *what, const char *why) {
  fprintf(stderr, "P%d, step %d: %s %s\n", me, now, what, why);
  __atomic_store_n(&all->failed, 1, __ATOMIC_SEQ_CST);
  _exit(1);
}

/* Pages of the trace begin where pages of Linux do. */
static size_t real(void) { return (size_t)sysconf(_SC_PAGESIZE); }
static char *at(int page) { return (char *)(64UL << 30) + (size_t)page * real(); }
static size_t bytes(int pages) { return (size_t)pages * real(); }

/* Of the file, from its page `from` on; from < 0: of no file. */
static int map(int page, int count, int protection, int sharing, int huge, int from) {
  const int how = sharing | MAP_NORESERVE | MAP_FIXED_NOREPLACE | (from < 0 ? MAP_ANONYMOUS : 0);
  void *got = mmap(at(page), bytes(count), protection, how, from < 0 ? -1 : all->file,
                   from < 0 ? 0 : (off_t)bytes(from));
  if (got == MAP_FAILED) return -1;
  if (huge) madvise(got, bytes(count), MADV_HUGEPAGE);
  return 0;
}

static int is_mapped(int page) {
  unsigned char present;
  return mincore(at(page), bytes(1), &present) == 0;
}

/* Linux before 6.17 moves only what is one mapping, and since then what userfaultfd has one by one
 * only: then page by page, what was not moved yet. */
static int move(int page, int count, int to) {
  const int how = MREMAP_MAYMOVE | MREMAP_FIXED;
  if (mremap(at(page), bytes(count), bytes(count), how, at(to)) != MAP_FAILED) return 0;
  for (int i = 0; i < count; ++i)
    if (is_mapped(page + i) &&
        mremap(at(page + i), bytes(1), bytes(1), how, at(to + i)) == MAP_FAILED)
      return -1;
  return 0;
}

static int hint(int page, int count, int advice) {
  madvise(at(page), bytes(count), advice);
  return 0;
}

static long ksm(const char *name) {
  char path[64], text[32] = "";
  snprintf(path, sizeof path, "/sys/kernel/mm/ksm/%s", name);
  const int fd = open(path, O_RDONLY);
  if (fd < 0 || read(fd, text, sizeof text - 1) < 0) text[0] = 0;
  close(fd);
  return atol(text);
}
/* Waits until ksmd, if it runs, has looked at all pages four times: it has merged what is alike. */
static int merge(int page, int count) {
  const long enough = ksm("full_scans") + 4;
  hint(page, count, MADV_MERGEABLE);
  for (int i = 0; ksm("run") == 1 && ksm("full_scans") < enough && i < 5000; ++i) usleep(1000);
  return 0;
}

/* What the last read has read. */
static unsigned char seen[1 << 23];

static sigjmp_buf back;
static void on_fault(int signal) {
  (void)signal;
  siglongjmp(back, 1);
}
static void catch_faults(void) {
  struct sigaction action;
  memset(&action, 0, sizeof action);
  action.sa_handler = on_fault;
  sigaction(SIGSEGV, &action, 0);
  sigaction(SIGBUS, &action, 0);
}

/* Bytes of a range, one by one: where a byte lies, and how each is reached. */
static char *byte_at(int page, int offset, int i) {
  return at(page + (offset + i) / PAGE_BYTES) + (offset + i) % PAGE_BYTES;
}
static int load(int page, int offset, int length) {
  if (sigsetjmp(back, 1)) return -1;
  for (int i = 0; i < length; ++i) seen[i] = *(volatile unsigned char *)byte_at(page, offset, i);
  return 0;
}
static int store(int page, int offset, int length, int value) {
  if (sigsetjmp(back, 1)) return -1;
  for (int i = 0; i < length; ++i)
    *(volatile unsigned char *)byte_at(page, offset, i) = (unsigned char)(value + i);
  return 0;
}
static int kernel_load(int page, int offset, int length) {
  int ends[2], good = 1;
  if (pipe(ends) != 0) die("no", "pipe");
  for (int i = 0; i < length && good; ++i)
    good = write(ends[1], byte_at(page, offset, i), 1) == 1 && read(ends[0], seen + i, 1) == 1;
  close(ends[0]), close(ends[1]);
  return good ? 0 : -1;
}
static int kernel_store(int page, int offset, int length, int value) {
  int ends[2], good = 1;
  if (pipe(ends) != 0) die("no", "pipe");
  for (int i = 0; i < length && good; ++i) {
    const unsigned char byte = (unsigned char)(value + i);
    good = write(ends[1], &byte, 1) == 1 && read(ends[0], byte_at(page, offset, i), 1) == 1;
  }
  close(ends[0]), close(ends[1]);
  return good ? 0 : -1;
}
/* As a debugger does. */
static int force(int page, int offset, int length, int value) {
  int good = 1, fd = open("/proc/self/mem", O_RDWR);
  for (int i = 0; i < length && good; ++i) {
    const unsigned char byte = (unsigned char)(value + i);
    good = pwrite(fd, &byte, 1, (off_t)byte_at(page, offset, i)) == 1;
  }
  close(fd);
  return good ? 0 : -1;
}

/* Makes the private page of a file the process's own: writes what it shows. */
static int own(int page) {
  char byte = 0;
  const int fd = open("/proc/self/mem", O_RDWR);
  const int good = pread(fd, &byte, 1, (off_t)at(page)) == 1 &&
                   pwrite(fd, &byte, 1, (off_t)at(page)) == 1;
  close(fd);
  return good ? 0 : -1;
}

static void done(int answer) {
  if (answer != 0) die("was refused:", strerror(errno));
}
static void refused(int answer) {
  if (answer == 0) die("was done, but must be", "refused");
}
static void look(int first, int length, int value, int step, int or_zero) {
  for (int i = 0; i < length; ++i) {
    if (seen[first + i] == (unsigned char)(value + i * step)) continue;
    if (or_zero && seen[first + i] == 0) continue;
    char text[80];
    snprintf(text, sizeof text, "0x%02x, but must see 0x%02x", seen[first + i],
             (unsigned char)(value + i * step));
    die("sees", text);
  }
}
static void see(int first, int length, int value, int step) { look(first, length, value, step, 0); }
/* Of a page that was given up: Linux may have dropped it. */
static void see_or_zero(int first, int length, int value, int step) {
  look(first, length, value, step, 1);
}
)c";

}  // namespace cow::props::c_runtime
