#pragma once

#include <cstdint>
#include <vector>

#include "model/op.h"

/// `cowcheck record`: a process tree that really runs, as a trace. The tracer stops the processes
/// at their system calls, the recorder looks what changed in their memory since it looked last, and
/// the layout brings real addresses and processes into the small world of a trace.
namespace cow::props::record {

inline constexpr std::uint64_t page_size = 4096;

/// Pages [first, end) of an address space, by their real numbers: address / page_size.
struct Pages {
  std::uint64_t first = 0, end = 0;

  bool empty() const { return first >= end; }
  std::uint64_t count() const { return empty() ? 0 : end - first; }
  bool operator==(const Pages&) const = default;
};

/// What happened, in the terms of the real system. `process` and `child` count processes in the
/// order of their births; a number is never used again. `kind` is one of map, unmap, protect,
/// remap, dontneed, advise, write, fork, exec, exit; fields that it does not use mean nothing.
struct Event {
  model::Kind kind = model::Kind::write;
  std::uint32_t process = 0;
  std::uint32_t child = 0;
  Pages pages;                                 ///< of a write: its one page
  std::uint64_t to = 0;                        ///< remap: where the first page goes
  model::Access access = model::Access::none;  ///< map, protect, remap: of the pages from now on
  model::Sharing sharing = model::Sharing::private_;
  model::Advice advice = model::Advice::dontfork;
  std::uint32_t offset = 0, length = 0;  ///< write: the bytes of the page that changed
};

/// What the real system did and the events do not tell.
struct Unseen {
  std::uint64_t lazily_freed = 0;  ///< calls of madvise(MADV_FREE)
  std::uint64_t samples = 0;       ///< how often somebody's memory was looked at

  bool operator==(const Unseen&) const = default;
};

struct Recording {
  std::vector<Event> events;
  Unseen unseen;
};

}  // namespace cow::props::record
