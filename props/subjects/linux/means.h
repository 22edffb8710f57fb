#pragma once

#include <string>

#include "props/subjects/linux/pagemap.h"

namespace cow::props::live {

/// What this Linux lets this user do, found out by trying, once.
struct Means {
  Frames frames;
  std::string no_pins;         ///< why io_uring cannot pin memory; empty: it can
  std::string no_force_write;  ///< why /proc/PID/mem cannot be forced; empty: it can
  bool huge = false;           ///< a madvise makes huge pages
  bool has_swap = false;
  bool has_nodes = false;  ///< of memory: more than one
  std::string release;     ///< of the kernel

  static const Means& get();
  /// For who has become another user. No session may be at work.
  static void renew();

 private:
  Means();
};

}  // namespace cow::props::live
