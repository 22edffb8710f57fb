#pragma once

#include <cstdint>
#include <string_view>

namespace cow::model {

/// The answer to an operation. Everything but `ok` is a refusal, and a refusal changes nothing.
enum class Status : std::uint8_t {
  ok,
  no_process,  ///< the acting process is not alive; wait: it has no such child
  busy,        ///< it waits for its vfork's child; fork, vfork, wait: the child lives; pin: held
  bad_range,   ///< empty, or reaches outside the world's pages
  occupied,    ///< map, remap: a page of the range is mapped already
  not_mapped,  ///< protect, remap, dontneed, advise, pageout, hints: a page of it is not mapped
  segfault,    ///< an access or pin: a page is not mapped or does not allow it
  no_memory,   ///< an allocation failed; the reference, whose memory is endless, never says so
  stuck,      ///< no progress was made, or no sense; always a bug, and never the reference's answer
  invalid,    ///< a page of the range cannot have that, or not in this place
  no_pin,     ///< unpin, device accesses: the process holds no such pin
  bus_error,  ///< an access or pin: the pool of huge pages has none for it (SIGBUS)
  trapped,    ///< a store, or a pin for writing: a page is write-protected by wp
};

inline constexpr int status_count = 13;

/// The status as traces and reports write it, e.g. "no-process".
constexpr std::string_view name(Status status) {
  constexpr std::string_view names[status_count] = {
      "ok",        "no-process", "busy",    "bad-range", "occupied",  "not-mapped", "segfault",
      "no-memory", "stuck",      "invalid", "no-pin",    "bus-error", "trapped"};
  return names[static_cast<int>(status)];
}

}  // namespace cow::model
