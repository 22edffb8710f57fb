#include "props/record/tracee.h"

#include <cerrno>
#include <charconv>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <fmt/format.h>
#include <linux/ptrace.h>  // after the next one it would clash with it
#include <sched.h>
#include <string_view>
#include <sys/personality.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

#include "props/record/memory.h"

namespace cow::props::record {

namespace {

template <class Data>
long trace(int request, pid_t thread, std::uintptr_t address, Data data) {
  return syscall(SYS_ptrace, request, thread, address, data);
}

/// What became of the child before its program began; told through a pipe that an exec closes.
struct Trouble {
  char where = 0;  ///< 't': it may not be traced; 'e': its program cannot be executed
  int error = 0;
};

[[noreturn]] void become(std::span<const std::string> command, int tell) {
  std::vector<char*> arguments;
  for (const auto& word : command) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  personality(ADDR_NO_RANDOMIZE);
  Trouble trouble;
  if (trace(PTRACE_TRACEME, 0, 0, 0) != 0) {
    trouble = {'t', errno};
  } else {
    raise(SIGSTOP);  // until the options are set
    execvp(arguments[0], arguments.data());
    trouble = {'e', errno};
  }
  [[maybe_unused]] const auto told = write(tell, &trouble, sizeof trouble);
  _exit(127);
}

void set_options(pid_t pid) {
  const long options = PTRACE_O_EXITKILL | PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACEFORK |
                       PTRACE_O_TRACEVFORK | PTRACE_O_TRACECLONE | PTRACE_O_TRACEEXEC |
                       PTRACE_O_TRACEEXIT;
  if (trace(PTRACE_SETOPTIONS, pid, 0, options) == 0) return;
  const int error = errno;
  kill(pid, SIGKILL);
  throw RecordError(fmt::format("nothing can be traced here: {}", std::strerror(error)));
}

std::uint64_t clone3_flags(pid_t pid, std::uint64_t address) {
  std::uint64_t flags = 0;
  const iovec to{&flags, sizeof flags}, from{reinterpret_cast<void*>(address), sizeof flags};
  return process_vm_readv(pid, &to, 1, &from, 1, 0) == sizeof flags ? flags : 0;
}

}  // namespace

pid_t start_traced(std::span<const std::string> command) {
  int tell[2];
  if (pipe2(tell, O_CLOEXEC) != 0) throw RecordError("no pipe can be made");
  const pid_t pid = fork();
  if (pid < 0) throw RecordError(fmt::format("fork: {}", std::strerror(errno)));
  if (pid == 0) become(command, tell[1]);
  close(tell[1]);
  int status = 0;
  waitpid(pid, &status, 0);
  if (WIFSTOPPED(status)) {
    set_options(pid);
    trace(PTRACE_CONT, pid, 0, 0);  // to the exec, or to where it says why not
    waitpid(pid, &status, 0);
  }
  Trouble trouble;
  if (!WIFSTOPPED(status) || status >> 16 != PTRACE_EVENT_EXEC) {
    if (WIFSTOPPED(status)) kill(pid, SIGKILL);
    [[maybe_unused]] const auto got = read(tell[0], &trouble, sizeof trouble);
    close(tell[0]);
    throw RecordError(
        trouble.where == 'e'
            ? fmt::format("{}: {}", command[0], std::strerror(trouble.error))
            : fmt::format("nothing can be traced here: {}", std::strerror(trouble.error)));
  }
  close(tell[0]);
  return pid;
}

void let_go(pid_t thread, int signal) {
  trace(PTRACE_SYSCALL, thread, 0, static_cast<unsigned long>(signal));
}

CallStop call_of(pid_t thread) {
  ptrace_syscall_info info{};
  CallStop stop;
  if (trace(PTRACE_GET_SYSCALL_INFO, thread, sizeof info, &info) <= 0) return stop;
  if (info.op == PTRACE_SYSCALL_INFO_ENTRY) {
    stop.entering = true;
    stop.call.number = static_cast<std::int64_t>(info.entry.nr);
    for (std::size_t i = 0; i < stop.call.arguments.size(); ++i)
      stop.call.arguments[i] = info.entry.args[i];
  } else if (info.op == PTRACE_SYSCALL_INFO_EXIT) {
    stop.leaving = true;
    stop.call.result = info.exit.rval;
  }
  return stop;
}

unsigned long event_message(pid_t thread) {
  unsigned long message = 0;
  trace(PTRACE_GETEVENTMSG, thread, 0, &message);
  return message;
}

pid_t process_of(pid_t thread) {
  const auto text = read_proc(thread, "status");
  constexpr std::string_view key = "\nTgid:\t";
  const auto at = text.find(key);
  pid_t pid = 0;
  if (at != std::string::npos)
    std::from_chars(text.data() + at + key.size(), text.data() + text.size(), pid);
  return pid;
}

bool shares_memory(pid_t parent, const Call& call) {
  if (call.number == SYS_clone) return (call.arguments[0] & CLONE_VM) != 0;
  if (call.number == SYS_clone3) return (clone3_flags(parent, call.arguments[0]) & CLONE_VM) != 0;
#ifdef SYS_vfork
  return call.number == SYS_vfork;
#else
  return false;
#endif
}

}  // namespace cow::props::record
