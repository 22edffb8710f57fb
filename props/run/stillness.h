#pragma once

#include <chrono>
#include <sys/types.h>

namespace cow::props {

/// What a process got of the processors, and whether it wants more (proc(5): /proc/PID/stat).
struct ProcessorUse {
  bool wants = false;  ///< it runs, or could, or waits for a disk
  std::chrono::milliseconds had{0};
};
/// Of a process that is gone: nothing.
ProcessorUse processor_use(pid_t pid);

/// Does a process that has shown nothing for so long hang? Where many others want the processor,
/// one that wants it, too, and did not get it, is only late: it may have had less than half of
/// `limit` since, and is waited for twenty times as long.
constexpr bool hangs(std::chrono::milliseconds still, const ProcessorUse& since,
                     std::chrono::milliseconds limit) {
  if (still <= limit) return false;
  return !since.wants || since.had >= limit / 2 || still > 20 * limit;
}

}  // namespace cow::props
