#include <csetjmp>
#include <csignal>

#include "impl/linux/agent.h"

// The processor's own accesses. A fault is an answer, not an end.

namespace cow::agent {

namespace {

jmp_buf back;  ///< one for all threads: only one of them acts at a time
volatile bool armed = false;
volatile int last_signal = 0;

void on_fault(int signal, siginfo_t*, void*) {
  if (armed) {
    armed = false;
    last_signal = signal;
    _longjmp(back, 1);
  }
  std::signal(signal, SIG_DFL);  // the agent's own fault: happens again, and ends it
}

}  // namespace

/// SA_NODEFER: the handler is left by a jump, and the next fault must be heard too.
void catch_faults() {
  struct sigaction action = {};
  action.sa_sigaction = on_fault;
  action.sa_flags = SA_SIGINFO | SA_NODEFER;
  sigaction(SIGSEGV, &action, nullptr);
  sigaction(SIGBUS, &action, nullptr);
}

namespace {

/// Of no more than a page: whole words where the compiler likes.
[[gnu::noinline]] bool copy(std::uint8_t* to, const std::uint8_t* from, std::uint32_t length) {
  if (_setjmp(back) != 0) return false;
  armed = true;
  __builtin_memcpy(to, from, length);
  asm volatile("" ::: "memory");
  armed = false;
  return true;
}

}  // namespace

bool load(std::uint8_t* to, const std::uint8_t* from, std::uint32_t length) {
  return copy(to, from, length);
}

bool store(std::uint8_t* to, const std::uint8_t* from, std::uint32_t length) {
  return copy(to, from, length);
}

/// Stores what is there. SIGBUS: userfaultfd traps it; no file here is shorter than its mapping.
Status refusal(std::uint8_t* at) {
  std::uint8_t byte = 0;
  if (!load(&byte, at, 1) || store(at, &byte, 1)) return COWAGENT_SEGFAULT;
  return last_signal == SIGBUS ? COWAGENT_TRAPPED : COWAGENT_SEGFAULT;
}

}  // namespace cow::agent
