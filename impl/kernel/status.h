#pragma once

#include <array>
#include <cstdint>

namespace cow::kernel {

/// The kernel's answer to an operation. Everything but `ok` is a refusal that changes nothing
/// which a process can observe.
enum class Status : std::uint8_t {
  ok,
  no_process,  ///< the acting process is not alive; wait: it has no such child
  busy,        ///< it waits for its vfork's child; fork, vfork, wait: the child lives; pin: held
  bad_range,   ///< empty, or outside user space
  occupied,    ///< map, remap: the range touches an area
  not_mapped,  ///< protect, remap, dontneed, advise, pageout, hints: the range has a hole
  segfault,    ///< access, pin: no area, or the area does not allow it
  no_memory,   ///< an allocation failed
  stuck,       ///< access: the fault handler made no progress; always a bug
  invalid,     ///< the area cannot have that, or not in this place
  no_pin,      ///< unpin, device accesses: the process holds no such pin
  bus_error,   ///< access, pin: the pool of huge pages has none for it
  trapped,     ///< a store, or a pin for writing: the page is write-protected (uffd.h)
};

/// What a page may be used for. Ordered: each includes the ones before it.
enum class Access : std::uint8_t { none, read, write };

/// What fork does about the pages of the parent.
enum class ForkPolicy : std::uint8_t {
  classic,    ///< copies its tables, and shares the frames
  on_demand,  ///< shares its tables until somebody changes them (on_demand.h)
  eager,      ///< copies its private pages (eager.h)
};

/// What the kernel counts. The law `frugal` bounds copies and faults by what sharing needs.
enum class Event : std::uint8_t {
  fault,              ///< the fault handler ran
  zero,               ///< pages zero-filled
  zero_page,          ///< first touches that were shown the zero page, or the huge one
  file_page,          ///< first touches by private mappings that were shown the file's page
  copy,               ///< pages copied
  reuse,              ///< write faults that kept their frame: the last holder writes in place
  share,              ///< leaves that a fork, or a copy of a table, put on frames of others
  huge_leaf,          ///< huge leaves made by a first touch
  huge_copy,          ///< huge pages copied whole
  split,              ///< huge leaves split
  shootdown,          ///< translations or processes flushed from the TLBs
  unshare,            ///< pins for reading that made their page exclusive
  fork_copy,          ///< pages that fork copied: pinned ones, or all
  move,               ///< leaves that remap moved
  swap_out,           ///< mappings that gave way to a swap entry
  swap_in,            ///< swap entries that became mappings again
  swap_share,         ///< those among the latter that found the page in the swap cache
  swap_full,          ///< mappings that stayed, since no slot was free
  saturated,          ///< holders for whom a count had no room: they got a copy, or nothing
  pool_refill,        ///< batches of free frames that a CPU took for its pool
  pool_drain,         ///< times that all pools were emptied, since memory had run out
  allocation,         ///< frames taken
  failed_allocation,  ///< allocations, and references to what is counted, that were refused
  collapse,           ///< huge leaves made of small pages
  migrate,            ///< pages that went to another frame
  huge_migrate,       ///< huge pages that did, as one
  compact,            ///< blocks that were emptied
  table_share,        ///< tables that fork gave to the child as they were
  table_copy,         ///< tables that somebody copied to change them
  hugetlb,            ///< huge pages that the pool gave to a first touch or an object
  hugetlb_lost,       ///< mappings of the pool's pages that were taken away for the owner
  merge,              ///< pages that joined a merged frame with the same bytes
  merge_zero,         ///< pages of zeroes that joined the zero page
  unmerge,            ///< pages that left it for a frame of their own
  discard,            ///< pages that were given up and dropped
  asid_recycle,       ///< address-space identifiers taken from a process for another
  deferred_flush,     ///< flushes that a CPU was not interrupted for, since it ran another process
  late_flush,         ///< flushes of an identifier before it is used again
  batch_flush,        ///< flushes of a range at once, for all that left it
  far_frame,          ///< frames taken that are of another node than the CPU
  zswap_out,          ///< pages that the compressed tier of swap took in
  zswap_same,         ///< those of them that one word fills
  zswap_reject,       ///< pages that it did not: they cannot be compressed, or it is full
  zswap_in,           ///< pages that it gave back
  zswap_writeback,    ///< pages that it gave to their slots, to make room
  give_back,          ///< address spaces that a vfork lent and that went back (vfork.h)
};

inline constexpr int event_count = 46;
inline constexpr std::array<const char*, event_count> event_names = {
    "fault",        "zero",           "zero-page",         "file-page",   "copy",
    "reuse",        "share",          "huge-leaf",         "huge-copy",   "split",
    "shootdown",    "unshare",        "fork-copy",         "move",        "swap-out",
    "swap-in",      "swap-share",     "swap-full",         "saturated",   "pool-refill",
    "pool-drain",   "allocation",     "failed-allocation", "collapse",    "migrate",
    "huge-migrate", "compact",        "table-share",       "table-copy",  "hugetlb",
    "hugetlb-lost", "merge",          "merge-zero",        "unmerge",     "discard",
    "asid-recycle", "deferred-flush", "late-flush",        "batch-flush", "far-frame",
    "zswap-out",    "zswap-same",     "zswap-reject",      "zswap-in",    "zswap-writeback",
    "give-back"};

}  // namespace cow::kernel
