#pragma once

#include <span>
#include <stdexcept>
#include <string>
#include <sys/types.h>

#include "props/record/call.h"

namespace cow::props::record {

/// The command cannot be started or traced; one line for the user.
struct RecordError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// Starts the command, stopped before its program begins: without address randomisation, so that
/// two recordings look alike, and so that it dies with this process, whatever kills that.
/// Throws RecordError where the program cannot be executed, or nobody may be traced here.
pid_t start_traced(std::span<const std::string> command);

/// Lets a stopped thread go on to its next system call, with a signal unless 0.
void let_go(pid_t thread, int signal);

/// The system call at which a thread stopped. `entering`: it is about to begin.
struct CallStop {
  bool entering = false, leaving = false;
  Call call;
};
CallStop call_of(pid_t thread);

/// What the kernel tells about the event at which the thread stopped (PTRACE_GETEVENTMSG).
unsigned long event_message(pid_t thread);

/// The process that a thread belongs to; 0 when it is gone.
pid_t process_of(pid_t thread);

/// Of a clone at which `parent` stopped: does the child share its parent's memory? `call` is the
/// parent's last system call.
bool shares_memory(pid_t parent, const Call& call);

}  // namespace cow::props::record
