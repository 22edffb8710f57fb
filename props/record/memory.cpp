#include "props/record/memory.h"

#include <algorithm>
#include <fcntl.h>
#include <fmt/format.h>
#include <string>
#include <sys/uio.h>
#include <unistd.h>

namespace cow::props::record {

namespace {

constexpr std::uint64_t run_pages = 64;        ///< read at once
constexpr std::uint64_t pagemap_pages = 4096;  ///< whose entries are read at once

/// Of /proc/PID/pagemap: in memory or in swap.
bool populated(std::uint64_t entry) { return (entry >> 62 & 3) != 0; }
/// Of the page cache, or of shared memory.
bool of_object(std::uint64_t entry) { return (entry >> 61 & 1) != 0; }

const Bytes& zeroes() {
  static const Bytes all{};
  return all;
}

}  // namespace

Change compare(std::uint64_t page, const Bytes& was, const Bytes& now) {
  const auto first = std::ranges::mismatch(was, now).in1 - was.begin();
  if (first == std::ssize(was)) return {page, 0, 0};
  auto last = std::ssize(was) - 1;
  while (was[static_cast<std::size_t>(last)] == now[static_cast<std::size_t>(last)]) --last;
  return {page, static_cast<std::uint32_t>(first), static_cast<std::uint32_t>(last - first + 1)};
}

MemoryReader::MemoryReader(pid_t pid)
    : pid_(pid),
      pagemap_(open(fmt::format("/proc/{}/pagemap", pid).c_str(), O_RDONLY | O_CLOEXEC)) {}

MemoryReader::~MemoryReader() {
  if (pagemap_ >= 0) close(pagemap_);
}

std::vector<Change> MemoryReader::look(Space& space, SharedContents& shared) const {
  std::vector<Change> changes;
  if (pagemap_ < 0) return changes;
  for (const Vma& vma : space.vmas) {
    if (vma.access == model::Access::write) look_at(vma, space, shared, changes);
  }
  return changes;
}

/// Goes through the pages that are there, in runs.
void MemoryReader::look_at(const Vma& vma, Space& space, SharedContents& shared,
                           std::vector<Change>& changes) const {
  const bool is_private = vma.sharing == model::Sharing::private_;
  std::vector<std::uint64_t> entries;
  for (auto at = vma.pages.first; at < vma.pages.end; at += pagemap_pages) {
    entries.assign(std::min(pagemap_pages, vma.pages.end - at), 0);
    const auto bytes = entries.size() * sizeof entries[0];
    const auto got =
        pread(pagemap_, entries.data(), bytes, static_cast<off_t>(at * sizeof entries[0]));
    if (got != static_cast<ssize_t>(bytes)) return;
    const auto counts = [&](std::size_t i) {
      return i < entries.size() && populated(entries[i]) && !(is_private && of_object(entries[i]));
    };
    for (std::size_t i = 0; i < entries.size(); ++i) {
      if (!counts(i)) continue;
      auto end = i;
      while (counts(end) && end - i < run_pages) ++end;
      compare_run(vma, {at + i, at + end}, space, shared, changes);
      i = end - 1;
    }
  }
}

void MemoryReader::compare_run(const Vma& vma, Pages run, Space& space, SharedContents& shared,
                               std::vector<Change>& changes) const {
  std::vector<Bytes> now(run.count());
  const iovec to{now.data(), now.size() * sizeof now[0]};
  const iovec from{reinterpret_cast<void*>(run.first * page_size), to.iov_len};
  const auto got = process_vm_readv(pid_, &to, 1, &from, 1, 0);
  const auto whole = got < 0 ? 0 : static_cast<std::uint64_t>(got) / page_size;
  for (std::uint64_t i = 0; i < whole; ++i) {
    const auto page = run.first + i;
    auto& kept = vma.sharing == model::Sharing::private_
                     ? space.pages[page]
                     : shared[{vma.object, vma.offset + (page - vma.pages.first)}];
    const auto change = compare(page, kept ? *kept : zeroes(), now[i]);
    if (change.length == 0) continue;
    kept = std::make_shared<const Bytes>(now[i]);
    changes.push_back(change);
  }
}

std::string read_proc(pid_t pid, const char* name) {
  std::string text;
  const int fd = open(fmt::format("/proc/{}/{}", pid, name).c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return text;
  char part[1 << 14];
  for (ssize_t got = 0; (got = read(fd, part, sizeof part)) > 0;)
    text.append(part, static_cast<std::size_t>(got));
  close(fd);
  return text;
}

}  // namespace cow::props::record
