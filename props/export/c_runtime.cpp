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

/* Linux before 6.17 moves only what is one mapping: then page by page. */
static int move(int page, int count, int to) {
  const int how = MREMAP_MAYMOVE | MREMAP_FIXED;
  if (mremap(at(page), bytes(count), bytes(count), how, at(to)) != MAP_FAILED) return 0;
  for (int i = 0; i < count; ++i)
    if (mremap(at(page + i), bytes(1), bytes(1), how, at(to + i)) == MAP_FAILED) return -1;
  return 0;
}

static int hint(int page, int count, int advice) {
  madvise(at(page), bytes(count), advice);
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
static void see(int first, int length, int value, int step) {
  for (int i = 0; i < length; ++i) {
    if (seen[first + i] == (unsigned char)(value + i * step)) continue;
    char text[80];
    snprintf(text, sizeof text, "0x%02x, but must see 0x%02x", seen[first + i],
             (unsigned char)(value + i * step));
    die("sees", text);
  }
}
)c";

const std::string_view processes = R"c(
static void begin(int process) {
  me = process;
  all->pids[me] = getpid();
  alarm(60);
}

/* In the child 0: it has not done this step, it goes on from the next. */
static int spawn(int child) {
  const pid_t pid = fork();
  if (pid < 0) die("cannot", "fork");
  if (pid > 0) {
    all->pids[child] = pid;
    return 1;
  }
#ifdef HAS_PINS
  forget_pins();
#endif
  begin(child);
  return 0;
}

/* A real exec, of this program, which goes on from the next step. */
static void restart(void) {
  char fd[16], process[16];
  snprintf(fd, sizeof fd, "%d", all_fd);
  snprintf(process, sizeof process, "%d", me);
  execl("/proc/self/exe", "trace", fd, process, (char *)0);
  die("cannot", "exec");
}

/* Whoever waits sees that the process is gone and ends its step. */
static void leave(void) {
  __atomic_store_n(&all->leaving, me + 1, __ATOMIC_SEQ_CST);
  _exit(0);
}

)c";

const std::string_view main = R"c(
static void next(int turn) { __atomic_store_n(&all->turn, turn + 1, __ATOMIC_SEQ_CST); }

static void run(void) {
  for (;;) {
    const int turn = __atomic_load_n(&all->turn, __ATOMIC_SEQ_CST);
    if (turn >= STEPS || all->failed) _exit(0);
    if (owner[turn] == me && step(turn)) next(turn);
    if (owner[turn] != me) usleep(20);
  }
}

static void open_all(int fd) {
  all_fd = fd;
  all = mmap(0, sizeof *all, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  if (all == MAP_FAILED) exit(2);
  catch_faults();
  signal(SIGCHLD, SIG_IGN); /* nobody has to wait for anybody */
}

/* Takes nobody's steps, ends those of who leaves, and notices who is gone or hangs (10 s). */
static void watch(void) {
  int last = -1, waited = 0;
  while (all->turn < STEPS && !all->failed) {
    const int turn = __atomic_load_n(&all->turn, __ATOMIC_SEQ_CST);
    waited = turn == last ? waited + 1 : 0;
    last = turn;
    if (owner[turn] < 0) {
      next(turn);
      continue;
    }
    const int leaving = __atomic_load_n(&all->leaving, __ATOMIC_SEQ_CST);
    const int gone = kill(all->pids[leaving ? leaving - 1 : owner[turn]], 0) != 0;
    if (gone && leaving) {
      all->leaving = 0;
      next(turn);
    } else if ((gone && !all->leaving && all->turn == turn) || waited > 100000) {
      fprintf(stderr, "step %d: P%d is gone or hangs\n", turn, owner[turn]);
      all->failed = 1;
    }
    usleep(20);
  }
}

int main(int argc, char **argv) {
  if (argc == 3) { /* after an exec */
    open_all(atoi(argv[1]));
    begin(atoi(argv[2]));
    next(all->turn);
    run();
  }
  const int fd = memfd_create("trace", 0);
  if (fd < 0 || ftruncate(fd, sizeof(struct all)) != 0) return 2;
  open_all(fd);
  all->file = memfd_create("file", 0); /* one for all, also after an exec */
  if (all->file < 0 || ftruncate(all->file, (off_t)bytes(PAGES)) != 0) return 2;
  setpgid(0, 0);
  prctl(PR_SET_CHILD_SUBREAPER, 1);
  const pid_t first = fork();
  if (first == 0) {
    begin(0);
    run();
  }
  all->pids[0] = first;
  watch();
  const int failed = all->failed;
  puts(failed ? "fail: Linux does not do what the trace expects" : "pass");
  fflush(stdout);
  signal(SIGTERM, SIG_IGN);
  kill(0, SIGTERM); /* the processes that are left; this one's group is its own */
  return failed;
}
)c";

}  // namespace cow::props::c_runtime
