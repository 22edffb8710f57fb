#pragma once

#include <string>
#include <string_view>

#include "model/trace_text.h"

namespace cow::props {

/// A C program that performs the trace with plain system calls, in real processes, and asserts
/// what the reference says: so that a counterexample on Linux can be given to anyone who has a C
/// compiler. It needs Linux and libc, and exits with 0 when everything was as it should be.
///
/// Left out, and marked by a comment: what the reference refuses for its own reasons (dead
/// processes, ranges that are empty or have holes), writes over several pages that are refused
/// (Linux does a part), and kinds that Linux has no call for. What was given up may be zeroes. A
/// process that had its writes noted (clear-refs) looks at the end whether they were. One mapping
/// has wp or clear-refs: Linux refuses the other.
///
/// `direct`: pins with even numbers are not io_uring's but O_DIRECT requests in flight, as with the
/// subject linux:direct; the program then needs root.
/// REQUIRES: the trace has nothing `beyond_c`.
std::string c_program(const model::TraceText& text, bool direct = false);

/// What of the trace no such program says: huge pages of a pool, whose size is the machine's, and
/// vfork, since processes that take turns each run their own part of one program. Empty: nothing.
std::string_view beyond_c(const model::Trace& trace);

}  // namespace cow::props
