#pragma once

#include <array>
#include <map>
#include <memory>
#include <sys/types.h>
#include <utility>

#include "props/record/vmas.h"

namespace cow::props::record {

using Bytes = std::array<std::uint8_t, page_size>;

/// Pages as they were when they were looked at last, by number. Those that are all zeroes may lack.
/// Copies of a space share them.
using Contents = std::map<std::uint64_t, std::shared_ptr<const Bytes>>;

/// Memory that several spaces may show: by inode and page.
using SharedContents =
    std::map<std::pair<std::uint64_t, std::uint64_t>, std::shared_ptr<const Bytes>>;

/// What a process's memory was when somebody looked last.
struct Space {
  Vmas vmas;
  Contents pages;  ///< of private mappings
};

/// Which bytes of a page differ: from the first to the last one that does.
struct Change {
  std::uint64_t page = 0;
  std::uint32_t offset = 0, length = 0;
};

/// The bytes that differ, or a change of length 0.
Change compare(std::uint64_t page, const Bytes& was, const Bytes& now);

/// Reads a stopped process's memory by process_vm_readv(2) and /proc/PID/pagemap, which every user
/// may for processes that it traces.
class MemoryReader {
 public:
  explicit MemoryReader(pid_t pid);
  ~MemoryReader();
  MemoryReader(const MemoryReader&) = delete;
  MemoryReader& operator=(const MemoryReader&) = delete;

  /// What differs from `space` and `shared` in pages that the process may write; both are brought
  /// up to date. Pages that are not in memory, or still show a file, are left alone.
  std::vector<Change> look(Space& space, SharedContents& shared) const;

 private:
  void look_at(const Vma& vma, Space& space, SharedContents& shared,
               std::vector<Change>& changes) const;
  void compare_run(const Vma& vma, Pages run, Space& space, SharedContents& shared,
                   std::vector<Change>& changes) const;

  pid_t pid_;
  int pagemap_;
};

/// The whole text of a file of /proc; empty where it cannot be read.
std::string read_proc(pid_t pid, const char* name);

}  // namespace cow::props::record
