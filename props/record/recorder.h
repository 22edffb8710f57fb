#pragma once

#include <map>
#include <memory>
#include <set>

#include "props/record/call.h"
#include "props/record/memory.h"

namespace cow::props::record {

/// Turns what the tracer meets into events. Every process that it is told about must be stopped,
/// so that its memory can be looked at; the numbers are thread-group ids.
///
/// What a process wrote is found by comparing its pages with what they held before: at every
/// `step`-th system call, before each one that changes mappings, and when it forks, executes or
/// exits. So a write is seen at the latest when it begins to matter to others; what changed back in
/// between is not seen, and neither is a value that was written over itself.
class Recorder {
 public:
  explicit Recorder(std::uint32_t step) : step_(step) {}

  /// The root of the tree, which is still to execute its program.
  void started(pid_t pid);
  void forked(pid_t parent, pid_t child);
  /// vfork(2): the child's memory is its parent's until it executes or exits.
  void vforked(pid_t parent, pid_t child);
  void executed(pid_t pid);
  /// Its memory can still be looked at.
  void exiting(pid_t pid);
  /// It is gone, whatever was said before.
  void exited(pid_t pid);

  void call_begins(pid_t pid, const Call& call);
  void call_ends(pid_t pid, const Call& call);

  bool knows(pid_t pid) const { return processes_.contains(pid); }
  std::size_t living() const { return processes_.size(); }
  const Recording& recording() const { return recording_; }

 private:
  struct Process {
    std::uint32_t number = 0;
    bool borrows = false;      ///< lives in its parent's memory
    bool before_exec = false;  ///< the root, whose memory is the recorder's own still
    std::uint64_t calls = 0;
    std::shared_ptr<Space> space;
    std::uint32_t owner = 0;  ///< whose space it is
  };

  void sample(pid_t pid, Process& process);
  void follow_mappings(pid_t pid, Process& process);
  void replaced(Process& process, Pages pages);
  void moved(Process& process, const Call& call);
  void advised(Process& process, const Call& call);
  void add_advice(Process& process, Pages pages, model::Advice advice);
  void emit(const Process& process, Event event);
  Process* find(pid_t pid);

  std::uint32_t step_;
  std::uint32_t next_ = 0;
  std::map<pid_t, Process> processes_;
  SharedContents shared_;
  Recording recording_;
};

}  // namespace cow::props::record
