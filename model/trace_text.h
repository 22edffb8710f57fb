#pragma once

#include <cstddef>
#include <stdexcept>
#include <string>
#include <string_view>

#include "model/op.h"

namespace cow::model {

// clang-format off
/// A trace as a text file. One line each; '#' starts a comment; blank lines are skipped:
///
///   world tiny procs=4 cpus=2 pages=16 frames=96 huge=split   optional, first; any key may lack;
///                                     or zero=page, fork=ondemand|eager, pool=2, nodes=2, zswap=1
///   P0 map p4 2 private write huge    2 pages from page 4; access none|read|write; `huge` optional
///   P0 map p8 4 shared read hugetlb file@p0   whole huge pages of the pool; of the file
///   P0 protect p4 1 read
///   P0 unmap p4 2
///   P0 write p4+3 8 0x61              8 bytes from byte 3 of page 4: 0x61, 0x62, ...
///   P0@1 read p4 8                    CPU 1 reads 8 bytes from byte 0 (CPU 0, byte 0: not written)
///   P0 fork P1
///   P0 vfork P1                       P1 has all memory of P0, which waits for its exec or exit
///   P1 exec
///   P1 exit
///   P0 wait P1
///   P0 fork P1 oom@2                  the second frame allocation of this operation fails
///   ! isolation                       optional, last: the law that it breaks, or `pass`
///
// clang-format on
/// Words are separated by blanks or tabs; lines end with LF or CRLF. Numbers are decimal; only a
/// written value may also be 0x hexadecimal. A key of the world line that lacks has its value from
/// `default_world`. `count` and `length` may be 0 or reach beyond the world: such an operation is
/// a trace, and is refused when it runs.
struct TraceText {
  Trace trace;
  std::string verdict;  ///< the word after '!', or empty
  std::string
      heading;  ///< the comment lines before the first operation, '#' included, '\n' between

  bool operator==(const TraceText&) const = default;
};

/// Bad input, with its place: `line` counts from 1; 0 when the input as a whole is wrong. The
/// message is one line of printable ASCII, whatever the input was, and does not repeat the place.
struct TraceError : std::runtime_error {
  TraceError(std::size_t line_number, const std::string& message)
      : std::runtime_error(message), line(line_number) {}
  std::size_t line;
};

inline constexpr std::size_t max_ops = 1'000'000;
inline constexpr std::size_t max_line = 1'000;  ///< bytes, without the line end

/// The operation as one line without a line end; without the fields that its kind does not use.
std::string print(const Op& op);
std::string print(const World& world);

/// The whole file. `parse(print(t)) == t` when `t` is what `parse` accepts: one operation or more,
/// pages, processes and CPUs in the world, unused fields at their defaults, a heading of comments.
std::string print(const TraceText& text);

/// Reads a trace. Throws TraceError at the first thing that is not a trace: an unknown word, a
/// number that does not fit, a page, process or CPU outside the world, a NUL byte, no operation,
/// more than `max_ops` operations, a line over `max_line` bytes.
TraceText parse(std::string_view text);

}  // namespace cow::model
