#include "props/subjects/linux/visible.h"

#include <fmt/format.h>
#include <sys/uio.h>
#include <unistd.h>

namespace cow::props::live {

void VisibleLinux::reset() {
  Linux::reset();
  for (auto& bytes : bytes_) bytes.clear();
}

/// A page in swap shows what it showed; one that was not there and is write-protected now has a
/// mark in its place only.
bool VisibleLinux::is_to_be_read(std::uint32_t process, std::uint32_t page) const {
  const Area& at = area(process, page);
  if (!at.mapped) return false;
  const PageEntry entry = entries_[process][page];
  if (entry.swapped()) return !bytes_[process][page].known && !entry.write_protected();
  return entry.present() || (at.shared && !at.file);
}

/// As many pages as allow it in one call, which ends at the first that does not.
void VisibleLinux::read_together(std::uint32_t process, const std::vector<std::uint32_t>& pages) {
  std::array<iovec, 2 * model::max_pages(model::Geometry::tiny)> local, remote;
  for (std::size_t i = 0; i < pages.size(); ++i) {
    Bytes& to = bytes_[process][pages[i]];
    const auto at = host().address(pages[i]);
    const auto tail = host().real_bytes() - page_bytes_;
    local[2 * i] = {to.head.data(), page_bytes_};
    local[2 * i + 1] = {to.tail.data(), page_bytes_};
    remote[2 * i] = {reinterpret_cast<void*>(at), page_bytes_};
    remote[2 * i + 1] = {reinterpret_cast<void*>(at + tail), page_bytes_};
  }
  const auto count = 2 * pages.size();
  const auto bytes = static_cast<ssize_t>(count * page_bytes_);
  if (process_vm_readv(host().pid(process), local.data(), count, remote.data(), count, 0) ==
      bytes) {
    for (const auto page : pages) bytes_[process][page].known = true;
    return count_looked(pages.size());
  }
  find(Law::permission, fmt::format("P{}'s pages cannot be read from outside", process));
}

void VisibleLinux::read_forbidden(std::uint32_t process, std::uint32_t page) {
  Bytes& to = bytes_[process][page];
  const auto at = static_cast<off_t>(host().address(page));
  const auto tail = static_cast<off_t>(host().real_bytes() - page_bytes_);
  const int fd = host().memory(process);
  const auto all = static_cast<ssize_t>(page_bytes_);
  to.known = pread(fd, to.head.data(), page_bytes_, at) == all &&
             pread(fd, to.tail.data(), page_bytes_, at + tail) == all;
  if (to.known) return count_looked(1);
  find(Law::permission, fmt::format("P{} p{} cannot be read by a debugger", process, page));
}

/// What a process would find there: the driver has the file, too.
void VisibleLinux::read_in_file(std::uint32_t process, std::uint32_t page) {
  Bytes& to = bytes_[process][page];
  const auto at = static_cast<off_t>(area(process, page).file_at(page, host().real_bytes()));
  const auto tail = static_cast<off_t>(host().real_bytes() - page_bytes_);
  const int fd = host().world_file();
  const auto all = static_cast<ssize_t>(page_bytes_);
  to.known = pread(fd, to.head.data(), page_bytes_, at) == all &&
             pread(fd, to.tail.data(), page_bytes_, at + tail) == all;
  if (to.known) return count(Event::in_file);
  find(Law::progress, fmt::format("P{} p{} is of the file, which ends before", process, page));
}

void VisibleLinux::look(std::uint32_t process) {
  static std::vector<std::uint32_t> together;
  together.clear();
  bytes_[process].resize(world_.pages);
  for (std::uint32_t page = 0; page < world_.pages; ++page) {
    if (!is_to_be_read(process, page)) {
      if (entries_[process][page].swapped() && bytes_[process][page].known) continue;
      bytes_[process][page] = {};
      if (area(process, page).file) read_in_file(process, page);
    } else if (area(process, page).access == model::Access::none) {
      if (Means::get().no_force_write.empty()) read_forbidden(process, page);
    } else {
      together.push_back(page);
    }
  }
  if (!together.empty()) read_together(process, together);
}

/// Both ends of the real page must show the same (impl/linux/access.cpp).
void VisibleLinux::compare_ends(std::uint32_t process) {
  for (std::uint32_t page = 0; page < world_.pages; ++page) {
    const Bytes& at = bytes_[process][page];
    if (at.head != at.tail)
      find(Law::isolation, fmt::format("P{} p{}: the ends of the real page differ", process, page));
  }
}

bool VisibleLinux::audit() {
  Linux::audit();
  if (!is_running() || !entries_known_) return findings().empty();
  for (std::uint32_t p = 0; p < world_.procs; ++p) {
    if (!lives(p)) {
      bytes_[p].clear();
      continue;
    }
    look(p);
    compare_ends(p);
  }
  return findings().empty();
}

Seen VisibleLinux::seen(std::uint32_t process, std::uint32_t page) const {
  if (!is_running()) return {};
  const Area& at = area(process, page);
  if (!at.mapped || bytes_[process].empty()) return {at.mapped, at.access, nullptr};
  return {true, at.access, bytes_[process][page].head.data()};
}

}  // namespace cow::props::live
