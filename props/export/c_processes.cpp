#include "props/export/c_runtime.h"

namespace cow::props::c_runtime {

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
#ifdef HAS_DIRECT
  context = 0; /* a child has none of its parent's requests */
#endif
#ifdef HAS_PROTECTION
  forget_protection();
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

/* Takes nobody's steps, as the device's are, ends those of who leaves, and notices who is gone or
 * hangs (10 s). */
static void watch(void) {
  int last = -1, waited = 0;
  while (all->turn < STEPS && !all->failed) {
    const int turn = __atomic_load_n(&all->turn, __ATOMIC_SEQ_CST);
    waited = turn == last ? waited + 1 : 0;
    last = turn;
    if (owner[turn] < 0) {
      step(turn);
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
#ifdef HAS_DIRECT
  for (int i = 0; i < DIRECT; ++i) connect_file(i);
#endif
  const pid_t first = fork();
  if (first == 0) {
    begin(0);
#ifdef HAS_DIRECT
    open_files();
#endif
    run();
  }
  all->pids[0] = first;
#ifdef HAS_DIRECT
  serve_files();
#endif
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
