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
    fresh_channel(0);
    return false;
  }
  reply.status = child > 0 ? COWAGENT_OK : COWAGENT_NO_MEMORY;
  reply.detail = static_cast<std::uint32_t>(child > 0 ? child : errno);
  return true;
}

/// A real execve of this very program, which then finds its place by its arguments. Only a
/// refusal comes back.
Status exec_process(Reply& reply) {
  char process[2] = {static_cast<char>('A' + self.process), 0};
  char memory[16] = {};
  int digits = 15;
  for (int left = self.control->memory; left > 0; left /= 10)
    memory[--digits] = static_cast<char>('0' + left % 10);
  char name[] = "cowcheck-agent";
  char* const arguments[] = {name, memory + digits, process, nullptr};
  char* const environment[] = {nullptr};
  syscall(SYS_execveat, self.control->image, "", arguments, environment, AT_EMPTY_PATH);
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
