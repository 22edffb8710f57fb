#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

#include "model/world.h"

namespace cow::model {

/// What an operation does. Adding one: CONTRIBUTING.md, "an operation".
enum class Kind : std::uint8_t {
  map,
  unmap,
  protect,
  remap,     ///< mremap(2): moves a range of pages elsewhere
  dontneed,  ///< madvise(2), MADV_DONTNEED: private pages read as zeroes again
  advise,    ///< madvise(2): what a later fork does with the range
  pageout,   ///< madvise(2), MADV_PAGEOUT: a hint that the pages may go to swap
  swapoff,   ///< swapoff(2) and swapon(2): all processes' pages come back, the slots are free
  read,
  write,
  kernel_read,   ///< the kernel reads for a system call, past the processor (copy_from_user)
  kernel_write,  ///< the kernel writes for a system call (copy_to_user)
  force_write,   ///< a debugger writes to private memory, whatever its access (ptrace(2))
  pin,           ///< a device's long-term reference to one page (Linux: FOLL_LONGTERM)
  unpin,
  device_read,  ///< the device reads the pinned page, past every page table
  device_write,
  fork,
  exec,
  exit,
  split,       ///< a hint: huge pages in or touching the range become small ones
  collapse,    ///< a hint (MADV_COLLAPSE): each whole huge page of private memory becomes one
  migrate,     ///< a hint (move_pages(2)): the pages go to other frames
  compact,     ///< a hint: frames are moved together, until one more huge page is free
  merge,       ///< a hint: pages with the same bytes come to share one frame (Linux: KSM)
  unmerge,     ///< a hint: merged pages get frames of their own again (MADV_UNMERGEABLE)
  free,        ///< madvise(2), MADV_FREE: a pageout may drop the pages that are not written before
  wp,          ///< userfaultfd(2), UFFDIO_WRITEPROTECT: a write to the pages is refused
  unwp,        ///< takes that back
  guard,       ///< madvise(2), MADV_GUARD_INSTALL: the pages go, and no access comes through
  unguard,     ///< MADV_GUARD_REMOVE: accesses do again, and find zeroes
  clear_refs,  ///< "4" to /proc/PID/clear_refs: the pages count as not written (soft-dirty)
  vfork,       ///< vfork(2): the child has the parent's memory until it execs or exits
  wait,        ///< waitpid(2), WNOHANG: a child that has exited is forgotten
};

inline constexpr int kind_count = 34;

/// What a mapping lets its process do. There is no write-only memory.
enum class Access : std::uint8_t { none, read, write };

enum class Sharing : std::uint8_t { private_, shared };

/// What a child is to find: nothing at all, or fresh memory; and both taken back.
enum class Advice : std::uint8_t { dontfork, dofork, wipeonfork, keeponfork };

inline constexpr int access_count = 3;
inline constexpr int sharing_count = 2;
inline constexpr int advice_count = 4;
inline constexpr std::uint32_t max_pins = 2;  ///< pins that a process holds at once: d0, d1

/// The range that an operation acts on, and the fields of Op that say it.
enum class Range : std::uint8_t {
  none,
  pages,   ///< `page`, `count`
  page,    ///< `page` alone
  bytes,   ///< `page`, `offset`, `length`
  buffer,  ///< within a pinned page: `offset`, `length`
};

/// What a kind is called and which fields of Op it uses. Whatever prints, parses, draws, mutates
/// or simplifies operations goes by this table, so that a new kind is mostly a new row.
struct Shape {
  std::string_view word;
  Range range = Range::none;
  bool cpu = false, pin = false, child = false, to = false, sharing = false, access = false,
       advice = false, value = false, huge = false, file = false;
};

inline constexpr std::array<Shape, kind_count> shapes = {{
    {.word = "map",
     .range = Range::pages,
     .sharing = true,
     .access = true,
     .huge = true,
     .file = true},
    {.word = "unmap", .range = Range::pages},
    {.word = "protect", .range = Range::pages, .access = true},
    {.word = "remap", .range = Range::pages, .to = true},
    {.word = "dontneed", .range = Range::pages},
    {.word = "advise", .range = Range::pages, .advice = true},
    {.word = "pageout", .range = Range::pages},
    {.word = "swapoff"},
    {.word = "read", .range = Range::bytes, .cpu = true},
    {.word = "write", .range = Range::bytes, .cpu = true, .value = true},
    {.word = "kernel-read", .range = Range::bytes},
    {.word = "kernel-write", .range = Range::bytes, .value = true},
    {.word = "force-write", .range = Range::bytes, .value = true},
    {.word = "pin", .range = Range::page, .cpu = true, .pin = true, .access = true},
    {.word = "unpin", .pin = true},
    {.word = "device-read", .range = Range::buffer, .pin = true},
    {.word = "device-write", .range = Range::buffer, .pin = true, .value = true},
    {.word = "fork", .child = true},
    {.word = "exec"},
    {.word = "exit"},
    {.word = "split", .range = Range::pages},
    {.word = "collapse", .range = Range::pages},
    {.word = "migrate", .range = Range::pages},
    {.word = "compact"},
    {.word = "merge", .range = Range::pages},
    {.word = "unmerge", .range = Range::pages},
    {.word = "free", .range = Range::pages},
    {.word = "wp", .range = Range::pages},
    {.word = "unwp", .range = Range::pages},
    {.word = "guard", .range = Range::pages},
    {.word = "unguard", .range = Range::pages},
    {.word = "clear-refs", .range = Range::pages},
    {.word = "vfork", .child = true},
    {.word = "wait", .child = true},
}};
constexpr const Shape& shape(Kind kind) { return shapes[static_cast<std::size_t>(kind)]; }

/// The words that traces and reports write.
constexpr std::string_view name(Kind kind) { return shape(kind).word; }
constexpr std::string_view name(Access access) {
  constexpr std::string_view names[access_count] = {"none", "read", "write"};
  return names[static_cast<int>(access)];
}
constexpr std::string_view name(Sharing sharing) {
  return sharing == Sharing::private_ ? "private" : "shared";
}
constexpr std::string_view name(Advice advice) {
  constexpr std::string_view names[advice_count] = {"dontfork", "dofork", "wipeonfork",
                                                    "keeponfork"};
  return names[static_cast<int>(advice)];
}

/// One operation as a value. Operations are total: any field values are legal, and what makes no
/// sense is refused with a status. Fields that a kind does not use stay at their defaults, so
/// that equal operations compare equal.
struct Op {
  Kind kind = Kind::read;
  std::uint8_t proc = 0;                ///< the acting process
  std::uint8_t cpu = 0;                 ///< read, write, pin: the CPU that it comes from
  std::uint8_t child = 0;               ///< fork, vfork: the new process's name; wait: whose
  Access access = Access::none;         ///< map, protect; pin: read or write
  Sharing sharing = Sharing::private_;  ///< map
  Advice advice = Advice::dontfork;     ///< advise
  bool huge = false;                    ///< map: huge pages are welcome (a hint)
  bool file = false;                    ///< map: of the file, from its page `to` on
  bool hugetlb = false;                 ///< map: of whole huge pages from the pool (MAP_HUGETLB)
  std::uint8_t pin = 0;                 ///< which of the process's pins
  std::uint8_t value = 0;    ///< of all that write: byte i of the range becomes value + i (mod 256)
  std::uint8_t oom = 0;      ///< k > 0: the k-th frame allocation of this operation fails
  std::uint32_t page = 0;    ///< the first page of a range
  std::uint32_t count = 0;   ///< how many pages
  std::uint32_t offset = 0;  ///< first byte, counted from the page's start
  std::uint32_t length = 0;  ///< how many bytes
  std::uint32_t to = 0;      ///< remap: where the first page goes; map: which one of the file

  bool operator==(const Op&) const = default;
};

/// Changes nothing that any process can see, and may be done in part or not at all: how memory lies
/// in frames is the subject's own affair.
constexpr bool is_hint(Kind kind) { return kind >= Kind::split && kind <= Kind::unmerge; }

/// Private memory that is not of the file: nothing else can have it.
constexpr bool anonymous_only(Kind kind) { return kind >= Kind::free && kind <= Kind::unguard; }

/// The pages are as fresh as if they had just been mapped, if nothing else shows them.
constexpr bool drops(Kind kind) { return kind == Kind::dontneed || kind == Kind::guard; }

/// May it drop pages that were given up? What is in swap may go at once.
constexpr bool may_drop(Kind kind) { return kind == Kind::free || kind == Kind::pageout; }

/// It makes a process, whose name is `child`.
constexpr bool begets(Kind kind) { return kind == Kind::fork || kind == Kind::vfork; }

/// It reads or writes bytes of the process's memory; of these, the ones that write.
constexpr bool is_access(Kind kind) { return shape(kind).range == Range::bytes; }
constexpr bool is_store(Kind kind) { return is_access(kind) && shape(kind).value; }
constexpr bool takes_pages(Kind kind) { return shape(kind).range == Range::pages; }
constexpr bool has_page(Range r) { return r != Range::none && r != Range::buffer; }
constexpr bool has_offset(Range r) { return r == Range::bytes || r == Range::buffer; }
/// Its answer has bytes.
constexpr bool answers_bytes(Kind kind) {
  return has_offset(shape(kind).range) && !shape(kind).value;
}

/// What every engine produces and every judge reads.
struct Trace {
  World world;
  std::vector<Op> ops;

  bool operator==(const Trace&) const = default;
};

}  // namespace cow::model
