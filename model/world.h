#pragma once

#include <cstdint>
#include <string_view>

namespace cow::model {

/// How large pages are: the compile-time geometry of a subject as far as traces can see it.
enum class Geometry : std::uint8_t {
  tiny,    ///< 16-byte pages, 4 entries a table, a huge page is 4 pages
  x86_64,  ///< 4 KiB pages, 512 entries a table, a huge page is 512 pages (2 MiB)
};

/// What a write fault does to a huge page that others share (catalogue row E11).
enum class HugeCow : std::uint8_t {
  split,  ///< split the leaf, then copy one small page
  copy,   ///< copy the whole huge page; split only when no huge frame is left
};

/// What shows a private page that was only ever read.
enum class ZeroPage : std::uint8_t {
  frame,  ///< a frame of its own, from the first touch on
  page,   ///< one zero page for all, and a huge one where memory is large enough
};

/// What fork does about the parent's pages.
enum class Fork : std::uint8_t {
  classic,    ///< copies page tables, shares frames
  on_demand,  ///< shares page tables until somebody changes one
  eager,      ///< copies the private pages
};

/// When the subject flushes its TLBs of what a range operation changes.
enum class Flush : std::uint8_t {
  at_once,  ///< page by page
  batched,  ///< once for many pages, before their frames go and the range's lock is given up
};

constexpr std::uint32_t page_bytes(Geometry g) { return g == Geometry::tiny ? 16 : 4096; }
constexpr std::uint32_t huge_pages(Geometry g) { return g == Geometry::tiny ? 4 : 512; }
constexpr std::string_view name(Geometry g) { return g == Geometry::tiny ? "tiny" : "x86-64"; }
constexpr std::string_view name(Fork f) {
  return f == Fork::classic ? "classic" : f == Fork::on_demand ? "ondemand" : "eager";
}
constexpr std::string_view name(HugeCow h) { return h == HugeCow::split ? "split" : "copy"; }
constexpr std::string_view name(ZeroPage z) { return z == ZeroPage::frame ? "frame" : "page"; }
constexpr std::string_view name(Flush f) { return f == Flush::at_once ? "page" : "batched"; }

/// The largest worlds that a trace may ask for. They bound the memory that bad input can claim.
inline constexpr std::uint32_t max_procs = 16;
inline constexpr std::uint32_t max_cpus = 8;
inline constexpr std::uint32_t max_frames = 1U << 16;
inline constexpr std::uint32_t max_pool = 16;
/// Frames that the pool of huge pages leaves to all else, at least.
inline constexpr std::uint32_t least_frames = 8;
inline constexpr std::uint32_t max_cpu_pool = 16;
inline constexpr std::uint32_t max_asids = 8;
inline constexpr std::uint32_t max_nodes = 4;
inline constexpr std::uint32_t max_zswap = 16;
constexpr std::uint32_t max_pages(Geometry g) { return g == Geometry::tiny ? 64 : 2048; }

/// Where a trace plays: sizes that reference and subject agree on. Process 0 is alive at the
/// start with nothing mapped; all others are dead. Pages are numbered 0 .. pages-1 in every
/// process, and the subject places page 0 wherever it likes.
struct World {
  Geometry geometry = Geometry::tiny;
  HugeCow huge_cow = HugeCow::split;
  std::uint32_t procs = 4;    ///< process names P0 .. P(procs-1)
  std::uint32_t cpus = 2;     ///< CPUs that an access may come from
  std::uint32_t pages = 16;   ///< pages of every address space; a multiple of 2 huge pages
  std::uint32_t frames = 96;  ///< physical frames of the subject, page tables included
  // In text these are left out when they are as here:
  ZeroPage zero_page = ZeroPage::frame;
  Fork fork = Fork::classic;
  std::uint32_t pool = 0;  ///< huge pages set aside among the frames, for `map ... hugetlb`
  /// Bits of the subject's reference counts, which do not wrap; 0: as many as it likes.
  std::uint32_t count_bits = 0;
  /// How many free frames each CPU of the subject keeps for itself, at most; 0: none.
  std::uint32_t cpu_pool = 0;
  /// Address-space identifiers that tag the translations of each CPU of the subject; 0: each
  /// process has one for good.
  std::uint32_t asids = 0;
  Flush flush = Flush::at_once;
  /// Nodes that the subject's frames are split between; CPU c is of node c modulo that.
  std::uint32_t nodes = 1;
  /// Pages of memory in which the subject keeps, compressed, what goes to swap; 0: none.
  std::uint32_t zswap = 0;

  bool operator==(const World&) const = default;
};

/// How many pages fit into the subject's swap: few, so that it fills up now and then.
constexpr std::uint32_t swap_slots(const World& w) { return 2 + w.frames / 16; }

/// The default world of a geometry: large enough that memory runs out now and then, not always.
constexpr World default_world(Geometry g) {
  World world;
  world.geometry = g;
  if (g == Geometry::x86_64) {
    world.pages = 2048;
    world.frames = 8192;
  }
  return world;
}

/// Empty when the world can be built, else what is wrong with it, as one clause for an error line.
constexpr std::string_view complaint(const World& w) {
  if (w.procs < 1 || w.procs > max_procs) return "procs must be 1 to 16";
  if (w.cpus < 1 || w.cpus > max_cpus) return "cpus must be 1 to 8";
  const bool whole = w.pages % (2 * huge_pages(w.geometry)) == 0;
  if (w.pages < 1 || w.pages > max_pages(w.geometry) || !whole) {
    return w.geometry == Geometry::tiny ? "pages must be a multiple of 8, 8 to 64"
                                        : "pages must be 1024 or 2048";
  }
  if (w.frames < least_frames || w.frames > max_frames) return "frames must be 8 to 65536";
  if (w.pool > max_pool) return "pool must be 0 to 16";
  if (w.frames < least_frames + w.pool * huge_pages(w.geometry)) {
    return "frames must be 8 more than those of the pool";
  }
  if (w.count_bits == 1 || w.count_bits > 16) return "count-bits must be 0 or 2 to 16";
  if (w.count_bits != 0 && w.pool != 0) return "count-bits and a pool do not go together";
  if (w.cpu_pool > max_cpu_pool) return "cpu-pool must be 0 to 16";
  if (w.asids > max_asids) return "asid must be 0 to 8";
  if (w.nodes < 1 || w.nodes > max_nodes) return "nodes must be 1 to 4";
  if (w.zswap > max_zswap) return "zswap must be 0 to 16";
  return {};
}

}  // namespace cow::model
