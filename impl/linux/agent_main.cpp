#include <csignal>
#include <cstdlib>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "impl/linux/agent.h"

// The agent's program: "cowcheck-agent MEMORY PROCESS", started by the driver as the process that
// all others are forked from (PROCESS "Q"), or by itself in an exec.

namespace cow::agent {

Self self;

namespace {

void limit(int what, rlim_t most) {
  const rlimit both{most, most};
  setrlimit(static_cast<decltype(RLIMIT_AS)>(what), &both);
}

/// Whatever goes wrong here stays small: memory, files, time; and no cores are dumped.
void keep_small() {
  limit(RLIMIT_AS, rlim_t{1} << 30);
  limit(RLIMIT_CORE, 0);
  limit(RLIMIT_FSIZE, rlim_t{64} << 20);
  limit(RLIMIT_CPU, 24 * 3600);
}

int run(int argc, char** argv) {
  if (argc != 3) return 2;
  void* const at =
      mmap(nullptr, sizeof(Control), PROT_READ | PROT_WRITE, MAP_SHARED, std::atoi(argv[1]), 0);
  if (at == MAP_FAILED) return 2;
  self.control = static_cast<Control*>(at);
  self.process = static_cast<std::uint32_t>(argv[2][0] - 'A');
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != self.control->driver) return 0;
  keep_small();
  catch_faults();
  pattern(0);
  if (self.process != zygote) answer_exec();
  serve(0);
  return 0;
}

}  // namespace

}  // namespace cow::agent

int main(int argc, char** argv) { return cow::agent::run(argc, argv); }
