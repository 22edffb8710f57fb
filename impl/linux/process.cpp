#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "impl/linux/agent.h"

// fork, exec, and the second thread. Every agent is a child of the driver (CLONE_PARENT), so that
// the kernel itself kills each one when the driver is gone, whatever it is doing then.

namespace cow::agent {

namespace {

void die_with_driver() {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != self.control->driver) _exit(0);  // it is gone already
}

alignas(16) char thread_stack[64 << 10];

/// In the one thread that runs for odd `cpu`; on another processor where there is one.
int thread_main(void*) {
  if (const int cpu = self.control->second_cpu; cpu >= 0) {
    cpu_set_t set;
    CPU_ZERO(&set);
    CPU_SET(static_cast<unsigned>(cpu), &set);
    sched_setaffinity(0, sizeof set, &set);
  }
  serve(1);
  return 0;
}

}  // namespace

bool fork_process(const Request& r, Reply& reply) {
  const long child = syscall(SYS_clone, CLONE_PARENT | SIGCHLD, 0, 0, 0, 0);
  if (child == 0) {
    self.process = r.child;
    self.has_thread = false;
    die_with_driver();
    forget_pins();
    forget_protection();
    forget_spliced();
    forget_requests();
    fresh_channel(0);
    return false;
  }
  if (is_wrong(Wrong::copies_at_fork)) part_from_device();
  reply.status = child > 0 ? COWAGENT_OK : COWAGENT_NO_MEMORY;
  reply.detail = static_cast<std::uint32_t>(child > 0 ? child : errno);
  return true;
}

namespace {

alignas(16) char vfork_stack[64 << 10];
volatile int borrower = 0;  ///< written in a vfork's child, to its parent's memory

/// An execve of this very program, which then finds its place by its arguments. Comes back only
/// when it is refused.
void exec() {
  char process[2] = {static_cast<char>('A' + self.process), 0};
  char memory[16] = {};
  int digits = 15;
  for (int left = self.control->memory; left > 0; left /= 10)
    memory[--digits] = static_cast<char>('0' + left % 10);
  char name[] = "cowcheck-agent";
  char* const arguments[] = {name, memory + digits, process, nullptr};
  char* const environment[] = {nullptr};
  syscall(SYS_execveat, self.control->image, "", arguments, environment, AT_EMPTY_PATH);
}

int borrower_main(void*) {
  die_with_driver();
  borrower = getpid();
  for (std::uint32_t page = 0; is_wrong(Wrong::stores_before_exec) && page < self.control->pages;
       ++page)
    store(address(page), pattern(0x5a), 1);
  exec();
  _exit(127);
}

/// All that the process may read of its world, as a number (FNV-1a).
std::uint64_t sum_of_world() {
  static std::uint8_t bytes[4096];
  const auto real = self.control->real_bytes;
  std::uint64_t sum = 0xcbf29ce484222325;
  for (std::uint32_t at = 0; at < self.control->pages * (real / sizeof bytes); ++at) {
    const auto* const from = address(0) + std::uint64_t{at} * sizeof bytes;
    if (!load(bytes, from, sizeof bytes)) continue;
    for (const auto byte : bytes) sum = (sum ^ byte) * 0x100000001b3;
  }
  return sum;
}

/// The child of a vfork borrows the memory until it execs; then this process finds it as it was,
/// and ends. So the process has another number from then on.
Status exec_by_vfork(Reply& reply) {
  const auto before = sum_of_world();
  const int child = clone(borrower_main, vfork_stack + sizeof vfork_stack,
                          CLONE_VM | CLONE_VFORK | CLONE_PARENT | SIGCHLD, nullptr);
  if (child > 0) _exit(borrower == child && sum_of_world() == before ? 0 : lent_badly);
  reply.detail = static_cast<std::uint32_t>(errno);
  return COWAGENT_STUCK;
}

}  // namespace

/// Every second process execs itself, every other has the child of a vfork do it.
Status exec_process(Reply& reply) {
  if (self.process % 2 == 1) return exec_by_vfork(reply);
  exec();
  reply.detail = static_cast<std::uint32_t>(errno);
  return COWAGENT_STUCK;
}

void exit_process() {
  if (is_wrong(Wrong::leaves_a_copy) && syscall(SYS_clone, CLONE_PARENT, 0, 0, 0, 0) == 0) {
    die_with_driver();
    for (;;) pause();
  }
  _exit(0);
}

bool start_thread() {
  if (self.has_thread) return true;
  fresh_channel(1);
  constexpr int flags =
      CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD | CLONE_SYSVSEM;
  self.has_thread = clone(thread_main, thread_stack + sizeof thread_stack, flags, nullptr) > 0;
  return self.has_thread;
}

}  // namespace cow::agent
