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

/// The sub-page of a huge leaf, which `translate` adds where an entry is huge; none is here.
inline Frame operator+(const Frame& head, std::uint32_t) { return head; }

inline Byte zero_byte() { return Byte("zero"); }

/// The page of swap that a path takes, which nothing names.
inline Swap fresh_swap() { return Swap("fresh_swap"); }

/// One of each: where a law is looked at. `other` and `index` serve laws about two slots and
/// about positions in the ledger.
struct Point {
  Slot slot, other;
  Frame frame;
  Cpu cpu;
  Process process;
  Offset offset;
  Number index;
  Swap swap;
};

/// The point that a proof is about: nothing is known of it, so what holds here holds everywhere.
inline Point any_point() {
  return {Slot("any"),        Slot("another"),    Frame("any_frame"),  Cpu("any_cpu"),
          Process("any_one"), Offset("any_byte"), Number("any_index"), Swap("any_swap")};
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
