#pragma once

#include <algorithm>
#include <optional>

#include "impl/kernel/status.h"

/// Locks are taken through the machine. Order: pins, then space locks by process number, then table
/// locks from the root downwards, objects after spaces, the swap lock, then the machine's own
/// allocator lock, which it takes inside. Whether a process is alive may change until its space
/// lock is held.
namespace cow::kernel {

/// A reference that is refused, since the count has no room for it. Linux: try_get_folio, which
/// fails long before the count would wrap (CVE-2019-11487).
template <class M>
Status refuse_reference(M& m) {
  m.note(Event::saturated);
  m.note(Event::failed_allocation);
  return Status::no_memory;
}

/// Holds one address space still: its areas and which tables it has (Linux: mmap_lock).
template <class M>
class SpaceLock {
 public:
  SpaceLock(M& m, typename M::Process p) : m_(m), process_(p) { m_.lock_space(process_); }
  ~SpaceLock() { m_.unlock_space(process_); }
  SpaceLock(const SpaceLock&) = delete;
  SpaceLock& operator=(const SpaceLock&) = delete;

 private:
  M& m_;
  typename M::Process process_;
};

/// Holds the areas still and keeps tables from being freed, but lets others do the same: enough
/// for a fault, which changes entries under their table's lock (Linux: mmap_lock for reading).
template <class M>
class SharedSpaceLock {
 public:
  SharedSpaceLock(M& m, typename M::Process p) : m_(m), process_(p) { m_.share_space(process_); }
  ~SharedSpaceLock() { m_.unshare_space(process_); }
  SharedSpaceLock(const SharedSpaceLock&) = delete;
  SharedSpaceLock& operator=(const SharedSpaceLock&) = delete;

 private:
  M& m_;
  typename M::Process process_;
};

/// Holds the pins of one process still. Device accesses and pins need no other lock of the process,
/// so that a fork may meet them. Comes before the space lock.
template <class M>
class PinsLock {
 public:
  PinsLock(M& m, typename M::Process p) : m_(m), process_(p) { m_.lock_pins(process_); }
  ~PinsLock() { m_.unlock_pins(process_); }
  PinsLock(const PinsLock&) = delete;
  PinsLock& operator=(const PinsLock&) = delete;

 private:
  M& m_;
  typename M::Process process_;
};

/// The locks of two processes, in order; where both are the same, its one.
template <class M, template <class> class Lock>
class BothLock {
 public:
  BothLock(M& m, typename M::Process one, typename M::Process other)
      : first_(m, std::min(one, other)) {
    if (one != other) second_.emplace(m, std::max(one, other));
  }

 private:
  Lock<M> first_;
  std::optional<Lock<M>> second_;
};
template <class M>
using BothPinsLock = BothLock<M, PinsLock>;
template <class M>
using BothSpacesLock = BothLock<M, SpaceLock>;

/// A CPU executes one load or store, from the look into the TLB to the byte. A shootdown
/// interrupts a CPU only between two of these, as an interrupt does: so a flush that is done has
/// outlived every use of the translation, and every walk through a table that was unlinked.
template <class M>
class Instruction {
 public:
  Instruction(M& m, typename M::Cpu cpu) : m_(m), cpu_(cpu) { m_.begin_instruction(cpu_); }
  ~Instruction() { m_.end_instruction(cpu_); }
  Instruction(const Instruction&) = delete;
  Instruction& operator=(const Instruction&) = delete;

 private:
  M& m_;
  typename M::Cpu cpu_;
};

/// Holds the entries of one table still (Linux: the split page-table lock).
template <class M>
class TableLock {
 public:
  TableLock(M& m, typename M::Frame table) : m_(m), table_(table) { m_.lock_table(table_); }
  ~TableLock() { m_.unlock_table(table_); }
  TableLock(const TableLock&) = delete;
  TableLock& operator=(const TableLock&) = delete;

 private:
  M& m_;
  typename M::Frame table_;
};

/// Holds the slots of swap still: their counts, and which frame is cached for which slot. Nothing
/// is put inside, since what becomes free leaves the swap cache (Linux: the lock of a swap
/// cluster).
template <class M>
class SwapLock {
 public:
  explicit SwapLock(M& m) : m_(m) { m_.lock_swap(); }
  ~SwapLock() { m_.unlock_swap(); }
  SwapLock(const SwapLock&) = delete;
  SwapLock& operator=(const SwapLock&) = delete;

 private:
  M& m_;
};

}  // namespace cow::kernel
