#pragma once

/// Locks are taken through the machine. Order: space locks by process number, then table locks
/// from the root downwards, then the machine's own allocator lock, which it takes inside.
namespace cow::kernel {

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

}  // namespace cow::kernel
