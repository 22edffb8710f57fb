#pragma once

#include <optional>
#include <string>

#include "props/subjects/linux/pagemap.h"

namespace cow::props::live {

/// What this Linux lets this user do, found out by trying, once.
struct Means {
  Frames frames;
  std::string no_pins;         ///< why io_uring cannot pin memory; empty: it can
  std::string no_force_write;  ///< why /proc/PID/mem cannot be forced; empty: it can
  std::string no_free;         ///< why there is no MADV_FREE; so the others
  std::string no_guards;
  std::string no_wp;       ///< userfaultfd that answers writes by SIGBUS
  bool populates = false;  ///< it protects only pages that were touched (before Linux 6.4)
  std::string no_marks;    ///< userfaultfd that lets writes through and notes them
  std::string no_merge;
  bool huge = false;  ///< a madvise makes huge pages
  bool has_swap = false;
  bool has_nodes = false;  ///< of memory: more than one
  bool merges = false;     ///< ksmd is at work
  std::string release;     ///< of the kernel

  /// Why no O_DIRECT request can be held in flight, and why there is none on a disk; tried when
  /// first asked for.
  const std::string& no_direct() const;
  const std::string& no_disk() const;

  static const Means& get();
  /// Waits until ksmd has looked at all pages so often that those which are alike are merged, or
  /// for a second.
  static void wait_for_ksmd();
  /// For who has become another user. No session may be at work.
  static void renew();

 private:
  Means();
  mutable std::optional<std::string> no_direct_, no_disk_;
};

}  // namespace cow::props::live
