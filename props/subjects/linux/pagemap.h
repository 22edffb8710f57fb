#pragma once

#include <cstdint>
#include <span>

#include "props/subjects/linux/host.h"

/// Linux's own account of pages and frames (Documentation/admin-guide/mm/pagemap.rst).
namespace cow::props::live {

/// A page in /proc/PID/pagemap.
struct PageEntry {
  std::uint64_t raw = 0;

  bool present() const { return (raw >> 63 & 1) != 0; }
  /// A page table entry that is none, but holds something: a page in swap, or a mark.
  bool swapped() const { return (raw >> 62 & 1) != 0 && !guard(); }
  bool guard() const { return (raw >> 58 & 1) != 0; }            ///< since Linux 6.15
  bool write_protected() const { return (raw >> 57 & 1) != 0; }  ///< by userfaultfd
  bool shared_memory() const { return (raw >> 61 & 1) != 0; }
  bool exclusive() const { return (raw >> 56 & 1) != 0; }  ///< mapped once
  /// 0: not present, or not to be seen by who has no CAP_SYS_ADMIN.
  std::uint64_t frame() const { return present() ? raw & ((std::uint64_t{1} << 55) - 1) : 0; }
};

/// A page of this process itself.
PageEntry own_entry(const void* at);

/// Fills `entries` from `page` on. False when the process cannot be looked at.
bool read_pagemap(Host& host, std::uint32_t process, std::uint32_t page,
                  std::span<PageEntry> entries);

/// /proc/kpagecount and /proc/kpageflags, which only root may read, and only where Linux keeps them
/// (CONFIG_PROC_PAGE_MONITOR).
class Frames {
 public:
  Frames();
  ~Frames();
  Frames(const Frames&) = delete;
  Frames& operator=(const Frames&) = delete;

  /// Empty: they can be read. Else why not.
  const char* reason() const { return reason_; }
  /// How many page table entries of anyone name the frame.
  std::uint64_t mappings(std::uint64_t frame) const { return word(counts_, frame); }
  bool free(std::uint64_t frame) const { return flag(frame, 10); }  ///< in the buddy allocator
  bool anonymous(std::uint64_t frame) const { return flag(frame, 12); }
  bool merged(std::uint64_t frame) const { return flag(frame, 21); }  ///< by ksmd
  bool huge(std::uint64_t frame) const { return flag(frame, 22); }
  bool zero(std::uint64_t frame) const { return flag(frame, 24); }  ///< the frame of zeroes
  /// The small frame of zeroes, which no process has alone; 0 if unknown.
  std::uint64_t zero_frame() const { return zero_frame_; }

 private:
  std::uint64_t word(int fd, std::uint64_t frame) const;
  bool flag(std::uint64_t frame, unsigned bit) const {
    return (word(flags_, frame) >> bit & 1) != 0;
  }

  int counts_ = -1, flags_ = -1;
  std::uint64_t zero_frame_ = 0;
  const char* reason_ = "";
};

}  // namespace cow::props::live
