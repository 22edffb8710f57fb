#pragma once

#include <atomic>
#include <cstdint>

#include "impl/agent/cowcheck_agent.h"

/// What the driver and its agents on Linux share: one piece of memory (a memfd, MAP_SHARED), which
/// is the transport of the agent protocol and of nothing else. It lies far from the memory under
/// test.
namespace cow::agent {

inline constexpr std::uint32_t processes = 17;  ///< P0 .. P15, and the one that all are forked from
inline constexpr std::uint32_t zygote = 16;
inline constexpr std::uint32_t threads = 2;  ///< of each: who acts for even and for odd `cpu`
inline constexpr std::uint32_t data_bytes = (8U << 20) + 4096;  ///< the largest world and a page
inline constexpr std::uint32_t file_bytes = 8U << 20;           ///< as large as the largest world
inline constexpr std::uint32_t pins = 2;

/// Of userfaultfd(2), some newer than the C library's headers: what wp needs, so that a write to a
/// page is answered by SIGBUS (of a page that was not touched before only where wp_unpopulated is
/// known, Linux 6.4); and what clear-refs needs, so that it goes through and takes the page's mark
/// away. Flag of the call: faults of the kernel are answered, too.
inline constexpr std::uint64_t wp_flag = 1U << 0, wp_sigbus = 1U << 7, wp_unpopulated = 1U << 13,
                               wp_async = 1U << 15;
inline constexpr std::uint64_t traps_writes = wp_flag | wp_sigbus;
inline constexpr std::uint64_t notes_writes = wp_flag | wp_unpopulated | wp_async;
inline constexpr int user_mode_only = 1;

/// Advice of madvise(2), newer than the C library's headers.
inline constexpr int guard_install = 102, guard_remove = 103, populate_read = 22;

/// Pins that are O_DIRECT requests in flight (direct.cpp): so many at once, each made of so many
/// requests, since one that the device has answered is done.
inline constexpr std::uint32_t direct_files = 4, direct_reads = 8, direct_writes = 128;

/// Page 0 of the world under test, the same in every process: aligned for huge pages, and where
/// neither programs nor Linux's own choice of addresses come near.
inline constexpr std::uint64_t base_address = std::uint64_t{64} << 30;

/// One channel: the driver writes a request and counts `asked` up, the agent writes the reply and
/// sets `answered` to it. Both wait with futex(2), so that one processor can serve them.
struct Mail {
  alignas(64) std::atomic<std::uint32_t> asked;
  alignas(64) std::atomic<std::uint32_t> answered;
  std::uint8_t request[COWAGENT_REQUEST_BYTES];
  std::uint8_t reply[COWAGENT_REPLY_BYTES];
};

/// Kinds of requests that are this transport's own: the bytes of one page are taken into a pipe,
/// the page itself, and looked at there.
inline constexpr std::uint8_t keep_page = 0x50, look_at_page = 0x51;
/// And: the zygote opens the file `to` for all; requests of file `to` are put in flight.
inline constexpr std::uint8_t open_direct = 0x52, hold_directly = 0x53;

/// How a process ends that has given its memory to the child of a vfork and found it changed.
inline constexpr int lent_badly = 3;

/// Bits of a reply's `detail`: where Linux's conventions were translated (README.md).
enum Translation : std::uint32_t {
  asked_first = 1,  ///< Linux would have done a part: holes, and places that are taken
  took_back = 2,    ///< a part was done, and undone
  one_by_one = 4,   ///< Linux refuses several areas at once
  from_disk = 8,    ///< none: the access went to and from a disk
};

/// What a deliberately wrong agent does wrong; the program's own agent knows none of it.
enum class Wrong : std::uint32_t {
  nothing,
  shares_private_memory,  ///< maps private memory MAP_SHARED, so that fork copies nothing
  ignores_dontfork,
  loses_the_last_byte,    ///< of every write of more than one
  keeps_what_is_dropped,  ///< dontneed does nothing
  ignores_wipeonfork,
  leaves_a_copy,  ///< at exit a copy of the process stays behind
  dies_at_remap,
  sleeps_at_protect,
  shares_private_files,     ///< maps the file MAP_SHARED, so that a private write changes it
  copies_files_at_once,     ///< a private page of the file is the process's own from the start
  drops_what_it_pages_out,  ///< pageout drops what was never given up
  frees_the_next_page,      ///< free gives up the page behind the range, at once
  ignores_wp,
  ignores_guards,
  keeps_under_guards,  ///< what a guarded page held is back when the guard is gone
  hides_writes,        ///< a store makes no mark
  splices_late,        ///< shows what is in memory, not what was taken into a pipe
  stores_before_exec,  ///< the child of a vfork writes to its parent's memory
  copies_at_fork,      ///< what is in flight is copied for who asked for it, as before Linux 6.9
  holds_copies,        ///< gives the device a copy of what it is to read
};

struct Control {
  std::uint32_t page_bytes;  ///< of a page of the world
  std::uint32_t real_bytes;  ///< of a page of Linux
  std::uint32_t pages;       ///< of the world
  std::int32_t driver;       ///< its process number
  std::int32_t image;        ///< descriptors that every process inherits: the agent's program,
  std::int32_t memory;       ///< this memory,
  std::int32_t file;         ///< the file of the world, `file_bytes` long,
  std::int32_t pipe[2];      ///< and a pipe for the kernel's own accesses
  std::int32_t mounts[direct_files];  ///< where the zygote opens the files of direct pins; -1: none
  std::int32_t direct[direct_files];  ///< these files, opened with O_DIRECT
  std::int32_t disk;                  ///< a file on a disk, opened with O_DIRECT; -1: none
  std::int32_t second_cpu;            ///< where the second threads run; -1: anywhere
  Wrong wrong;
  bool populates;  ///< wp touches pages first, since Linux protects no others
  Mail mails[processes][threads];
  alignas(4096) std::uint8_t data[data_bytes];  ///< what a read has read: one agent acts at a time
};

}  // namespace cow::agent
