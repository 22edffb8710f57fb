#pragma once

#include <chrono>
#include <functional>

#include "props/record/event.h"
#include "props/record/tracee.h"

namespace cow::props::record {

struct TraceOptions {
  std::vector<std::string> command;
  std::uint32_t step = 16;             ///< looks at a process at every so many system calls
  std::chrono::milliseconds limit{0};  ///< then SIGTERM, and SIGKILL 5 seconds later; 0: none
  std::size_t max_events = 1'000'000;  ///< then the tree runs on unobserved
  std::function<bool()> stop = [] { return false; };  ///< asked now and then: end the tree?
};

struct Traced {
  Recording recording;
  int status = 0;  ///< of the command, as wait(2) gives it
  std::uint64_t threads = 0;
  bool cut = false;  ///< max_events was reached
};

/// Runs the command and everything that it starts to the end. Nothing of the tree outlives this
/// process (PTRACE_O_EXITKILL). Throws RecordError when it cannot begin. Linux: ptrace(2).
Traced trace_command(const TraceOptions& options);

}  // namespace cow::props::record
