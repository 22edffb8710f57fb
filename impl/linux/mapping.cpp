#include <cerrno>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "impl/linux/agent.h"

// mmap, munmap, mprotect, mremap, madvise. Where Linux would do a part of what it then refuses,
// the agent asks first whether all pages are mapped: README.md lists these places.

namespace cow::agent {

namespace {

#ifndef MADV_COLLAPSE
constexpr int MADV_COLLAPSE = 25;  // newer than the C library's headers
#endif

int protection(std::uint8_t access) {
  if (access == COWAGENT_NONE) return PROT_NONE;
  return access == COWAGENT_READABLE ? PROT_READ : PROT_READ | PROT_WRITE;
}

int advice_of(const Request& r) {
  if (r.kind == COWAGENT_DONTNEED) return MADV_DONTNEED;
  if (r.kind == COWAGENT_PAGEOUT)
    return is_wrong(Wrong::drops_what_it_pages_out) ? MADV_DONTNEED : MADV_PAGEOUT;
  if (r.kind == COWAGENT_FREE) return MADV_FREE;
  if (r.kind == COWAGENT_GUARD) return guard_install;
  if (r.kind == COWAGENT_UNGUARD) return guard_remove;
  switch (r.advice) {
    case COWAGENT_DONTFORK:
      return MADV_DONTFORK;
    case COWAGENT_DOFORK:
      return MADV_DOFORK;
    case COWAGENT_WIPEONFORK:
      return MADV_WIPEONFORK;
    default:
      return MADV_KEEPONFORK;
  }
}

bool is_ignored(const Request& r) {
  if (r.kind == COWAGENT_DONTNEED) return is_wrong(Wrong::keeps_what_is_dropped);
  if (r.kind == COWAGENT_GUARD || r.kind == COWAGENT_UNGUARD)
    return is_wrong(Wrong::ignores_guards);
  if (r.kind != COWAGENT_ADVISE) return false;
  return (r.advice == COWAGENT_DONTFORK && is_wrong(Wrong::ignores_dontfork)) ||
         (r.advice == COWAGENT_WIPEONFORK && is_wrong(Wrong::ignores_wipeonfork));
}

/// Refuses what is not for private memory.
bool wants_own_memory(std::uint8_t kind) {
  return kind == COWAGENT_ADVISE || kind == COWAGENT_FREE;
}

/// Of a wrong agent: the first byte of what gets a guard is back when that is to go.
void swap_byte_under_guard(const Request& r) {
  static std::uint8_t kept = 0;
  if (r.kind == COWAGENT_GUARD) load(&kept, address(r.page), 1);
  if (r.kind != COWAGENT_UNGUARD) return;
  madvise(address(r.page), bytes_of(1), guard_remove);
  store(address(r.page), &kept, 1);
}

/// Writes to each page what it shows.
void make_own(const Request& r) {
  for (std::uint32_t page = r.page; page < r.page + r.count; ++page) {
    std::uint8_t byte = 0;
    if (load(&byte, address(page), 1)) store(address(page), &byte, 1);
  }
}

}  // namespace

Status surprise(Reply& reply) {
  if (errno == ENOMEM) return COWAGENT_NO_MEMORY;
  reply.detail = static_cast<std::uint32_t>(errno);
  return COWAGENT_STUCK;
}

/// mincore(2) answers ENOMEM where a page is not mapped.
bool is_mapped(std::uint32_t page, std::uint32_t count) {
  static unsigned char vector[4096];
  return mincore(address(page), bytes_of(count), vector) == 0;
}

Status hole(Reply& reply) {
  reply.detail = asked_first;
  return COWAGENT_NOT_MAPPED;
}

Status map(const Request& r) {
  const bool file = (r.flags & COWAGENT_FILE) != 0;
  const bool shared = (r.flags & COWAGENT_SHARED) != 0 || is_wrong(Wrong::shares_private_memory) ||
                      (file && is_wrong(Wrong::shares_private_files));
  const int flags = (shared ? MAP_SHARED : MAP_PRIVATE) | (file ? 0 : MAP_ANONYMOUS) |
                    MAP_NORESERVE | MAP_FIXED_NOREPLACE;
  void* const at =
      mmap(address(r.page), bytes_of(r.count), protection(r.access), flags,
           file ? self.control->file : -1, file ? static_cast<off_t>(bytes_of(r.to)) : 0);
  if (at == MAP_FAILED) return errno == EEXIST ? COWAGENT_OCCUPIED : COWAGENT_NO_MEMORY;
  if ((r.flags & COWAGENT_HUGE) != 0) madvise(at, bytes_of(r.count), MADV_HUGEPAGE);
  if (file && !shared && is_wrong(Wrong::copies_files_at_once)) make_own(r);
  return COWAGENT_OK;
}

Status unmap(const Request& r) {
  return munmap(address(r.page), bytes_of(r.count)) == 0 ? COWAGENT_OK : COWAGENT_NO_MEMORY;
}

Status protect(const Request& r, Reply& reply) {
  if (is_wrong(Wrong::sleeps_at_protect)) pause();
  if (!is_mapped(r.page, r.count)) return hole(reply);
  const int answer = mprotect(address(r.page), bytes_of(r.count), protection(r.access));
  return answer == 0 ? COWAGENT_OK : surprise(reply);
}

/// mremap(2) puts its range over whatever is there: so the place is taken first, by a mapping that
/// refuses to replace anything. Before Linux 6.17 it moves only what is one area, and since then
/// areas with userfaultfd one by one only: then page by page.
Status remap(const Request& r, Reply& reply) {
  if (is_wrong(Wrong::dies_at_remap)) __builtin_trap();
  if (!is_mapped(r.page, r.count)) return hole(reply);
  const auto bytes = bytes_of(r.count);
  void* const place =
      mmap(address(r.to), bytes, PROT_NONE,
           MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED_NOREPLACE, -1, 0);
  if (place == MAP_FAILED) return errno == EEXIST ? COWAGENT_OCCUPIED : COWAGENT_NO_MEMORY;
  constexpr int how = MREMAP_MAYMOVE | MREMAP_FIXED;
  if (mremap(address(r.page), bytes, bytes, how, place) != MAP_FAILED) return COWAGENT_OK;
  if (errno == EFAULT) {
    reply.detail = one_by_one;
    for (std::uint32_t i = 0; i < r.count; ++i) {
      const auto one = bytes_of(1);
      if (!is_mapped(r.page + i, 1)) continue;  // the part that was moved before it was refused
      if (mremap(address(r.page + i), one, one, how, address(r.to + i)) == MAP_FAILED)
        return surprise(reply);
    }
    return COWAGENT_OK;
  }
  const auto status = surprise(reply);
  munmap(place, bytes);
  return status;
}

Status madvise_range(const Request& r, Reply& reply) {
  if (!is_mapped(r.page, r.count)) return hole(reply);
  if (is_ignored(r)) return COWAGENT_OK;
  if (r.kind == COWAGENT_FREE && is_wrong(Wrong::frees_the_next_page))
    madvise(address(r.page + r.count), bytes_of(1), MADV_DONTNEED);
  if (is_wrong(Wrong::keeps_under_guards)) swap_byte_under_guard(r);
  if (madvise(address(r.page), bytes_of(r.count), advice_of(r)) == 0) return COWAGENT_OK;
  if (r.kind == COWAGENT_PAGEOUT) return COWAGENT_OK;  // a hint
  return errno == EINVAL && wants_own_memory(r.kind) ? COWAGENT_INVALID : surprise(reply);
}

namespace {

/// A huge page is split by a MADV_COLD of a part of it.
void split(const Request& r) {
  const std::uint32_t huge = (2U << 20) / self.control->real_bytes;
  for (auto page = r.page / huge * huge; page < r.page + r.count; page += huge)
    madvise(address(page < r.page ? r.page : page), bytes_of(1), MADV_COLD);
}

/// Where ksmd does not run, pages that shall be merged stay apart.
int hint_of(std::uint8_t kind) {
  if (kind == COWAGENT_MERGE) return MADV_MERGEABLE;
  return kind == COWAGENT_UNMERGE ? MADV_UNMERGEABLE : MADV_COLLAPSE;
}

/// To another node, and back the next time; on one node there is nowhere to go.
void migrate(const Request& r) {
  static void* at[2048];
  static int nodes[2048], answers[2048];
  const auto count = r.count < 2048 ? r.count : 2048;
  for (std::uint32_t i = 0; i < count; ++i) {
    at[i] = address(r.page + i);
    nodes[i] = nodes[i] == 0 ? 1 : 0;
  }
  constexpr int move = 1 << 1;  // MPOL_MF_MOVE
  syscall(SYS_move_pages, 0, static_cast<unsigned long>(count), at, nodes, answers, move);
}

}  // namespace

/// How memory lies in frames is Linux's own affair: whatever it answers is well.
Status hint(const Request& r) {
  if (r.kind == COWAGENT_COMPACT) return COWAGENT_OK;  // the driver's, if anyone's
  if (!is_mapped(r.page, r.count)) return COWAGENT_NOT_MAPPED;
  if (r.kind == COWAGENT_MIGRATE) {
    migrate(r);
  } else if (r.kind == COWAGENT_SPLIT) {
    split(r);
  } else {
    madvise(address(r.page), bytes_of(r.count), hint_of(r.kind));
  }
  return COWAGENT_OK;
}

}  // namespace cow::agent
