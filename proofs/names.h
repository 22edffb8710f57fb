#pragma once

#include <cstdint>

#include "proofs/smt.h"

/// The sorts that proofs speak about. There may be any number of each.
namespace cow::proofs {

struct SlotTag {
  static constexpr const char* name = "Slot";
};
struct FrameTag {
  static constexpr const char* name = "Frame";
};
struct SwapTag {
  static constexpr const char* name = "Swap";
};
struct CpuTag {
  static constexpr const char* name = "Cpu";
};
struct ProcessTag {
  static constexpr const char* name = "Process";
};
struct ByteTag {
  static constexpr const char* name = "Byte";
};

using Slot = Term<SlotTag>;    ///< one entry of one table: a page of a process or of shared memory
using Frame = Term<FrameTag>;  ///< a data frame; page tables lie in others
using Swap = Term<SwapTag>;    ///< what the kernel calls a slot: a page of swap
using Cpu = Term<CpuTag>;
using Process = Term<ProcessTag>;
using Byte = Term<ByteTag>;
using Offset = Number;

/// A part of a huge page. In the steps of huge pages a frame is a whole block, and each part of it
/// is the one of index `sub`, of which nothing is known.
inline Frame operator+(const Frame& head, std::uint32_t) { return head; }
inline Frame operator/(const Frame& head, std::uint32_t) { return head; }
inline Number sub_page() { return Number("sub"); }
/// How many parts a huge page has: two at least.
inline Number parts() { return Number("parts"); }

inline Byte zero_byte() { return Byte("zero"); }

/// The page of swap that a path takes, which nothing names.
inline Swap fresh_swap() { return Swap("fresh_swap"); }

/// The zero page, on a machine that has one: read-only, and held by the machine itself.
inline Frame zero_frame() { return Frame("zero_frame"); }
inline Cond has_zero() { return Cond("has_zero"); }
inline Cond is_zero_frame(const Frame& frame) { return has_zero() && frame == zero_frame(); }

/// One of each: where a law is looked at. `index` serves laws about positions in the ledger.
struct Point {
  Slot slot;
  Frame frame;
  Cpu cpu;
  Process process;
  Offset offset;
  Number index;
  Swap swap;
};

/// The point that a proof is about: nothing is known of it, so what holds here holds everywhere.
inline Point any_point() {
  return {Slot("any"),        Frame("any_frame"),  Cpu("any_cpu"),  Process("any_one"),
          Offset("any_byte"), Number("any_index"), Swap("any_swap")};
}

/// What a step acts on.
struct Scene {
  Slot place = Slot("place");
  Slot child = Slot("child");            ///< fork: the child's slot for the page of `place`
  Process forking = Process("forking");  ///< whose fork, or exit, this is
  Cpu cpu = Cpu("cpu");
  Offset offset = Offset("offset");
  Byte value = Byte("value");                                       ///< what a store writes
  Cond new_read = Cond("new_read"), new_write = Cond("new_write");  ///< protect: the new access
};

}  // namespace cow::proofs
