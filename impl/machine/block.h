#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "impl/kernel/account.h"
#include "impl/kernel/area.h"
#include "impl/kernel/law.h"

/// The flat block: every byte of a machine's state in one relocatable piece of memory. Indices,
/// never pointers: a snapshot is memcpy, equality is memcmp.
namespace cow::machine {

/// What a machine is built for. Page numbers are the kernel's (virtual page numbers).
struct Config {
  std::uint32_t frames = 96;
  std::uint32_t procs = 4;
  std::uint32_t cpus = 2;
  std::uint32_t pages = 16;  ///< user pages; user_first follows from the geometry
  bool copies_huge = false;  ///< a shared huge page is copied whole rather than split
  std::uint32_t slots = 8;   ///< pages that fit into swap
  bool zero_page = false;    ///< what is only read shows one zero page, or a huge one
  kernel::ForkPolicy fork = kernel::ForkPolicy::classic;
  std::uint32_t pool = 0;        ///< huge pages that are set aside (impl/kernel/hugetlb.h)
  std::uint32_t count_bits = 0;  ///< of every reference count; 0: 32
  std::uint32_t cpu_pool = 0;    ///< free frames that a CPU keeps for itself, at most
  std::uint32_t asids = 0;       ///< identifiers that tag a CPU's translations (impl/kernel/asid.h)
  bool batches = false;          ///< ranges are flushed in batches (impl/kernel/gather.h)
  std::uint32_t nodes = 1;       ///< that frames and CPUs are split between (nodes.h)
  std::uint32_t zswap = 0;       ///< pages of the pool of compressed ones (zswap.h)

  bool operator==(const Config&) const = default;
};

inline constexpr std::uint32_t none = ~0U;

/// `spare`: free, and in the pool of some CPU.
enum class FrameKind : std::uint8_t { unused, data, table, spare };

struct FrameInfo {
  std::uint32_t count = 0;  ///< PTEs, objects and pins that hold it, or a table's owners
  FrameKind kind = FrameKind::unused;
  std::uint8_t locked = 0;
  std::uint16_t pins = 0;  ///< those among `count` that are long-term pins
};

/// M::fan aligned frames: what a huge leaf maps. Sub-pages that are held one by one count in
/// their FrameInfo and, together, in `small`.
struct Block {
  std::uint32_t leaves = 0;  ///< huge leaves that hold the whole block
  std::uint32_t small = 0;   ///< sum of the counts of its data frames
  std::uint32_t free = 0;    ///< free frames in it
  std::uint32_t pins = 0;    ///< sum of the pins of its frames
};

inline constexpr std::uint32_t max_nodes = 4;

/// The blocks of one node that have free frames: those with every frame free, and the others.
struct NodeLists {
  std::uint32_t whole = none, broken = none;
};

/// A block's neighbours on the list that it is on: whole or broken.
struct Link {
  std::uint32_t next = none, prev = none;
};

inline constexpr std::uint32_t max_cpu_pool = 16;

/// The free frames of one CPU, which it takes and gives back without looking for others: the one
/// that came last goes first (Linux: per-CPU page lists).
struct Pool {
  std::uint32_t size = 0;
  std::array<std::uint32_t, max_cpu_pool> frames{};
};

inline constexpr std::uint32_t max_asids = 8;

/// One identifier of a CPU: whose translations it tags, and up to which of that process's flushes
/// they are right (Linux: struct tlb_context).
struct AsidContext {
  std::uint32_t process = none;
  std::uint32_t generation = 0;
};

/// What a CPU knows of its identifiers, and others may read (Linux: struct tlb_state).
struct CpuAsids {
  std::uint32_t running = none;  ///< the process whose translations it uses
  std::uint32_t loaded = none;   ///< by this identifier; none while it goes over to it
  std::uint32_t next = 0;        ///< the one that goes to another process next
  std::uint32_t pad = 0;
  std::array<AsidContext, max_asids> of{};
};

/// A page of swap. Free when nothing names it.
struct SlotInfo {
  std::uint32_t count = 0;   ///< swap entries that name it
  std::uint32_t cached = 0;  ///< the frame that has the same bytes, plus one; 0: none
};

inline constexpr std::uint32_t max_zswap = 16;
inline constexpr std::uint32_t zswap_chunks = 4;  ///< of a page of the pool

/// Where the bytes of a slot are.
enum class Home : std::uint8_t {
  slot,  ///< in the slot
  word,  ///< one word fills the page
  pool,  ///< compressed, in the pool
};

/// What the compressed tier knows of a slot (Linux: struct zswap_entry).
struct ZswapEntry {
  Home home = Home::slot;
  std::uint8_t pad = 0;
  std::uint16_t length = 0;  ///< bytes in the pool
  std::uint32_t chunk = 0;   ///< the first of those that they lie in
  std::uint64_t word = 0;
};

struct ProcessInfo {
  std::uint32_t alive = 0;  ///< 1, or 2 while it waits for a child that has its memory
  std::uint32_t root = none;
  std::uint32_t areas = 0;
  std::uint32_t locked = 0;  ///< bit 0: alone; above it: how many share it
  std::uint32_t parent = 0;  ///< who may wait for it, dead or alive, plus one; 0: nobody
  std::uint32_t lender = 0;  ///< whose memory it has, plus one; 0: its own
};

/// A device's hold on a frame.
struct PinInfo {
  std::uint32_t frame = 0;
  kernel::Access access = kernel::Access::none;  ///< none: not held
  std::array<std::uint8_t, 3> pad{};
};
inline constexpr std::uint32_t pins_per_process = 2;

/// The pins of one process.
struct Pins {
  std::array<PinInfo, pins_per_process> at{};
  std::uint32_t locked = 0;
  std::uint32_t protecting = 0;  ///< odd while a fork takes write permission away
};

/// One cached translation. Huge ones hold the head frame and the first page. Where there are
/// identifiers, `valid` is its identifier plus one, and nothing else tells whose it is: `process`
/// is who filled it.
struct Translation {
  std::uint64_t page = 0;
  std::uint32_t frame = 0;
  std::uint16_t process = 0;
  std::uint8_t valid = 0;
  std::uint8_t writable = 0;
};

/// The first impossible thing that the machine was asked to do; the audit reports it.
struct Complaint {
  std::uint8_t seen = 0;
  kernel::Law law = kernel::Law::progress;
  std::uint16_t what = 0;  ///< index into complaint_texts
  std::uint32_t number = 0;
};

struct Header {
  std::array<std::uint64_t, kernel::event_count> events{};
  std::uint32_t free_frames = 0;
  std::array<NodeLists, max_nodes> nodes{};
  std::array<std::uint32_t, max_nodes> node_free{};  ///< on these lists, where there are several
  std::uint32_t fail_in = 0;  ///< the allocation that fails next, counted down; 0 for none
  std::uint32_t locks = 0;    ///< locks held now
  std::uint32_t swap_locked = 0;
  std::uint32_t zswap_used = 0;  ///< chunks of the pool
  std::uint32_t zswap_next = 0;  ///< the slot whose entry is written back next
  std::uint32_t cpu = 0;         ///< where pools or nodes are: the CPU that acts, or acted last
  std::uint32_t touched = 0;     ///< handed out since the reset, in Memory::touched_together frames
  std::uint32_t merged = 0;      ///< frames that are offered to every merge
  // What the machine itself holds, once each; `none` where it does not:
  std::uint32_t file = none;       ///< the file's root table
  std::uint32_t zero = none;       ///< the zero page
  std::uint32_t huge_zero = none;  ///< the huge zero page
  std::uint32_t pool_file = none;  ///< the root table of the file whose pages are the pool's
  std::uint32_t promised = 0;      ///< pages of the pool that it owes to somebody
  // Of the entry that changed last (order_checks.h):
  std::uint32_t replaced = 0;      ///< the frame that it named before
  std::uint32_t installed = none;  ///< the frame that it names now
  Complaint complaint;
};

/// Where each section of the block starts, in bytes.
struct Layout {
  std::size_t processes, pins, accounts, pools, asids, generations, areas, translations, blocks,
      links, bitmaps, slots, cached, merged, zswap, zswap_pool, frames, bytes, swap, size;
};

constexpr Layout layout(const Config& c, std::uint32_t fan, std::uint32_t translations_per_cpu,
                        std::size_t page_bytes) {
  const auto blocks = std::size_t{c.frames + fan - 1} / fan;
  const auto words = std::size_t{fan + 63} / 64;
  auto align = [](std::size_t at, std::size_t to) { return (at + to - 1) / to * to; };
  Layout l{};
  l.processes = align(sizeof(Header), 64);
  l.pins = align(l.processes + c.procs * sizeof(ProcessInfo), 64);
  l.accounts = align(l.pins + c.procs * sizeof(Pins), 64);
  l.pools = align(l.accounts + c.procs * sizeof(kernel::Account), 64);
  l.asids = align(l.pools + (c.cpu_pool == 0 ? 0 : c.cpus) * sizeof(Pool), 64);
  l.generations = align(l.asids + (c.asids == 0 ? 0 : c.cpus) * sizeof(CpuAsids), 64);
  l.areas = align(l.generations + (c.asids == 0 ? 0 : c.procs) * sizeof(std::uint32_t), 64);
  l.translations = align(l.areas + std::size_t{c.procs} * c.pages * sizeof(kernel::Area), 64);
  l.blocks =
      align(l.translations + std::size_t{c.cpus} * translations_per_cpu * sizeof(Translation), 64);
  l.links = align(l.blocks + blocks * sizeof(Block), 64);
  l.bitmaps = align(l.links + blocks * sizeof(Link), 64);
  l.slots = align(l.bitmaps + blocks * words * 8, 64);
  l.cached = align(l.slots + c.slots * sizeof(SlotInfo), 64);
  l.merged = align(l.cached + blocks * fan * sizeof(std::uint32_t), 64);
  l.zswap = align(l.merged + blocks * fan, 64);
  l.zswap_pool = align(l.zswap + (c.zswap == 0 ? 0 : c.slots) * sizeof(ZswapEntry), 64);
  l.frames = align(l.zswap_pool + c.zswap * page_bytes, 64);
  l.bytes = align(l.frames + blocks * fan * sizeof(FrameInfo), 4096);
  l.swap = align(l.bytes + blocks * fan * page_bytes, 4096);
  l.size = align(l.swap + c.slots * page_bytes, 4096);
  return l;
}

}  // namespace cow::machine
