#include <unistd.h>

#include "props/lockstep/touched_pages.h"
#include "props/subjects/linux/linux.h"

// The file of the world, which private pages show until they are the process's own.

namespace cow::props::live {

/// Bit 61 of an entry says that the page is a file's. What is swapped out is the process's own: a
/// page of the file would have no entry then.
bool Linux::shows_file(std::uint32_t process, std::uint32_t page) const {
  PageEntry entry;
  if (!is_running() || !read_pagemap(host(), process, page, {&entry, 1})) return true;
  if (entry.swapped()) return false;
  return !entry.present() || entry.shared_memory();
}

/// Does a store from `first` on change, before it comes to this page, what the page shows?
bool Linux::is_changed_before(std::uint32_t process, std::uint32_t first,
                              std::uint32_t page) const {
  const Area& at = area(process, page);
  if (!at.file || at.shared) return false;
  for (auto before = first; before < page; ++before) {
    const Area& other = area(process, before);
    const bool same =
        other.file_at(before, host().real_bytes()) == at.file_at(page, host().real_bytes());
    if (other.file && other.shared && same) return true;
  }
  return false;
}

/// Linux stores page by page. The reference makes all pages the process's own and then writes the
/// first, which shows where that one is the file and a later one is private and shows it.
void Linux::own_first(const model::Op& op) {
  const auto [first, end] = touched_pages(op, world_);
  for (auto page = first; page < end; ++page) {
    if (!is_changed_before(op.proc, first, page) || !shows_file(op.proc, page)) continue;
    const int fd = host().memory(op.proc);
    const auto at = static_cast<off_t>(host().address(page));
    char byte = 0;
    if (pread(fd, &byte, 1, at) == 1 && pwrite(fd, &byte, 1, at) == 1) count(Event::owned_first);
  }
}

}  // namespace cow::props::live
