#include "model/trace_bytes.h"

#include <algorithm>
#include <array>
#include <iterator>

namespace cow::model {

// The world, 4 bytes: [0] frames, from a list, bit 6: a pool of zswap, 7: two nodes; [1] bit 0: how
// huge pages are copied, 1: whether there is a zero page; [2] CPUs, 1 to 4; [3] processes, 2 to 6.
// Its pages are those of the default world.
//
// An operation, 12 bytes; what its kind does not use is ignored:
//   [0] kind, from a list                       [4] oom: 0 below 208, else 1 to 48
//   [1] process                                 [5] the child's name, the pin, or the advice
//   [2] bits 0-1: access, from a list;          [6-7] page, little-endian like the next two
//       2-3: shared if 3; 4: huge; 5-7: CPU     [8-9] offset, or the page `to`
//   [3] value; map: of the file if 192 or more  [10-11] amount: count or length
//
// An amount is 1 + (bits 2-15 modulo a limit), the limit chosen from four by bits 0-1, so that
// small ranges come often. The lists repeat what should come often. Few of the allocations that
// `oom` names are ever reached, so most operations with an `oom` run like those without.

namespace {

constexpr std::array kinds = {
    Kind::write,   Kind::read,    Kind::map,         Kind::fork,         Kind::write,
    Kind::unmap,   Kind::map,     Kind::protect,     Kind::write,        Kind::read,
    Kind::map,     Kind::fork,    Kind::write,       Kind::exit,         Kind::protect,
    Kind::exec,    Kind::remap,   Kind::dontneed,    Kind::advise,       Kind::pin,
    Kind::unpin,   Kind::map,     Kind::device_read, Kind::device_write, Kind::pin,
    Kind::write,   Kind::map,     Kind::dontneed,    Kind::write,        Kind::map,
    Kind::write,   Kind::fork,    Kind::kernel_read, Kind::kernel_write, Kind::force_write,
    Kind::write,   Kind::split,   Kind::collapse,    Kind::migrate,      Kind::compact,
    Kind::pageout, Kind::swapoff, Kind::pageout,     Kind::write,        Kind::merge,
    Kind::unmerge, Kind::map,     Kind::write,       Kind::device_write, Kind::free,
    Kind::wp,      Kind::unwp,    Kind::map,         Kind::write,        Kind::map,
    Kind::fork,    Kind::write,   Kind::map,         Kind::write,        Kind::fork,
    Kind::map,     Kind::guard,   Kind::unguard,     Kind::clear_refs,   Kind::map,
    Kind::write,   Kind::map,     Kind::read,        Kind::map,          Kind::write,
    Kind::map,     Kind::vfork,   Kind::wait,        Kind::exit,         Kind::wait};
constexpr std::array accesses = {Access::write, Access::read, Access::none, Access::write};
constexpr std::uint32_t oom_base = 207;  // oom k is byte 207 + k
constexpr std::uint32_t min_procs = 2;
constexpr std::uint32_t procs_choices = 5;
constexpr std::uint32_t cpus_choices = 4;
constexpr std::uint32_t pool_choices = 4;
constexpr std::uint32_t hugetlb_bits = 7;  // of a map, which names no CPU

using Four = std::array<std::uint32_t, 4>;   // increasing, so that the last one reaches furthest
using Eight = std::array<std::uint32_t, 8>;  // the first one is the default

constexpr Eight frame_choices(Geometry g) {
  if (g == Geometry::tiny) return {96, 12, 16, 24, 32, 48, 64, 128};
  return {8192, 64, 640, 1024, 1536, 2048, 4096, 16384};
}

constexpr Four limits(Kind kind, const World& world) {
  const std::uint32_t huge = huge_pages(world.geometry);
  const std::uint32_t bytes = page_bytes(world.geometry);
  if (takes_pages(kind)) return {3, huge, 2 * huge, world.pages};
  if (shape(kind).range == Range::buffer) return {2, 4, bytes / 2, bytes + 1};
  return {4, bytes / 2, bytes, 3 * bytes};
}

using Record = std::span<const std::uint8_t, bytes_per_op>;

std::uint32_t u16(Record in, std::size_t at) {
  return static_cast<std::uint32_t>(in[at] | in[at + 1] << 8);
}

std::uint32_t amount(std::uint32_t bits, const Four& limit) {
  return 1 + (bits >> 2) % limit[bits & 3];
}

/// So many huge pages in the pool, or as many as there are frames for.
std::uint32_t fitting_pool(const World& world, std::uint32_t pool) {
  return std::min(pool, (world.frames - least_frames) / huge_pages(world.geometry));
}

World decode_world(std::span<const std::uint8_t> in, Geometry geometry) {
  std::array<std::uint8_t, bytes_per_world> bytes{};
  std::copy_n(in.begin(), std::min(in.size(), bytes.size()), bytes.begin());
  World world = default_world(geometry);
  world.frames = frame_choices(geometry)[bytes[0] % 8];
  world.huge_cow = (bytes[1] & 1) == 0 ? HugeCow::split : HugeCow::copy;
  world.zero_page = (bytes[1] & 2) == 0 ? ZeroPage::frame : ZeroPage::page;
  world.fork = static_cast<Fork>((bytes[1] >> 2 & 3) % 3);
  world.flush = (bytes[1] & 0x10) == 0 ? Flush::at_once : Flush::batched;
  world.asids = (bytes[1] & 0x20) == 0 ? 0 : 2;
  world.nodes = (bytes[0] & 0x80) == 0 ? 1 : 2;
  world.zswap = (bytes[0] & 0x40) == 0 ? 0 : 1;
  world.cpu_pool = (bytes[1] & 0x40) == 0 ? 0 : 2;
  world.count_bits = (bytes[1] & 0x80) == 0 ? 0 : 2;
  world.cpus = 1 + bytes[2] % cpus_choices;
  world.pool = fitting_pool(world, bytes[2] / cpus_choices % pool_choices);
  if (world.pool != 0) world.count_bits = 0;
  world.procs = min_procs + bytes[3] % procs_choices;
  return world;
}

/// Whole huge pages: all else would be refused.
void make_whole(Op& op, const World& world) {
  const auto fan = huge_pages(world.geometry);
  op.page -= op.page % fan;
  op.count += (fan - op.count % fan) % fan;
  op.to -= op.to % fan;
}

/// Sets the fields that the kind uses, and leaves the others at their defaults.
Op decode_op(Record in, const World& world) {
  Op op;
  op.kind = kinds[in[0] % kinds.size()];
  op.proc = static_cast<std::uint8_t>(in[1] % world.procs);
  op.oom = static_cast<std::uint8_t>(in[4] > oom_base ? in[4] - oom_base : 0);
  const Shape& uses = shape(op.kind);
  if (uses.child) op.child = static_cast<std::uint8_t>(in[5] % world.procs);
  if (uses.pin) op.pin = static_cast<std::uint8_t>(in[5] % max_pins);
  if (uses.advice) op.advice = static_cast<Advice>(in[5] % advice_count);
  if (uses.access) op.access = accesses[in[2] & 3];
  if (uses.sharing) op.sharing = (in[2] >> 2 & 3) == 3 ? Sharing::shared : Sharing::private_;
  if (uses.huge) op.huge = (in[2] >> 4 & 1) != 0;
  if (uses.huge && world.pool != 0) op.hugetlb = in[2] >> 5 == hugetlb_bits;
  if (uses.value) op.value = in[3];
  if (uses.file) op.file = in[3] >= 192;
  if (uses.to || op.file) op.to = u16(in, 8) % world.pages;
  const std::uint32_t asked = amount(u16(in, 10), limits(op.kind, world));
  if (has_page(uses.range)) op.page = u16(in, 6) % world.pages;
  if (uses.range == Range::pages) op.count = asked;
  if (op.file && op.count <= world.pages) op.to = std::min(op.to, world.pages - op.count);
  if (has_offset(uses.range)) {
    op.offset = u16(in, 8) % page_bytes(world.geometry);
    op.length = asked;
  }
  if (uses.cpu) op.cpu = static_cast<std::uint8_t>((in[2] >> 5) % world.cpus);
  if (op.hugetlb) make_whole(op, world);
  return op;
}

template <typename List, typename Value>
std::uint8_t index_of(const List& list, Value value) {
  return static_cast<std::uint8_t>(std::find(list.begin(), list.end(), value) - list.begin());
}

/// The world that `decode` can choose and that is nearest to this one.
World nearest(const World& world) {
  const auto distance = [&](std::uint32_t frames) {
    return frames > world.frames ? frames - world.frames : world.frames - frames;
  };
  World result = world;
  result.pages = default_world(world.geometry).pages;
  result.frames = std::ranges::min(frame_choices(world.geometry), {}, distance);
  result.cpu_pool = world.cpu_pool == 0 ? 0 : 2;
  result.count_bits = world.count_bits == 0 ? 0 : 2;
  result.asids = world.asids == 0 ? 0 : 2;
  result.nodes = std::min(world.nodes, 2U);
  result.zswap = std::min(world.zswap, 1U);
  result.cpus = std::clamp(world.cpus, 1U, cpus_choices);
  result.pool = fitting_pool(result, std::min(world.pool, pool_choices - 1));
  if (result.pool != 0) result.count_bits = 0;
  result.procs = std::clamp(world.procs, min_procs, min_procs + procs_choices - 1);
  return result;
}

using Bytes = std::vector<std::uint8_t>;

void put(Bytes& out, std::uint32_t byte) { out.push_back(static_cast<std::uint8_t>(byte)); }

void put16(Bytes& out, std::uint32_t value) {
  put(out, value & 255);
  put(out, value >> 8);
}

void encode_op(Bytes& out, const Op& op, const World& world) {
  const Shape& uses = shape(op.kind);
  const std::uint32_t last_proc = world.procs - 1;
  const std::uint32_t last_page = world.pages - 1;
  const std::uint32_t cpu = std::min<std::uint32_t>(op.cpu, world.cpus - 1);
  const std::uint32_t limit = limits(op.kind, world).back();
  const std::uint32_t ask = has_offset(uses.range) ? op.length : op.count;
  const std::uint32_t whom = uses.pin      ? std::min<std::uint32_t>(op.pin, max_pins - 1)
                             : uses.advice ? static_cast<std::uint32_t>(op.advice)
                                           : std::min<std::uint32_t>(op.child, last_proc);
  put(out, index_of(kinds, op.kind));
  put(out, std::min<std::uint32_t>(op.proc, last_proc));
  put(out, index_of(accesses, op.access) | (op.sharing == Sharing::shared ? 3U << 2 : 0U) |
               (op.huge ? 1U << 4 : 0U) | (op.hugetlb ? hugetlb_bits << 5 : 0U) | cpu << 5);
  put(out, op.file ? 255U : op.value);
  put(out, op.oom == 0 ? 0 : std::min<std::uint32_t>(oom_base + op.oom, 255));
  put(out, whom);
  put16(out, std::min(op.page, last_page));
  put16(out, uses.to || op.file ? std::min(op.to, last_page)
                                : std::min(op.offset, page_bytes(world.geometry) - 1));
  put16(out, (std::clamp(ask, 1U, limit) - 1) << 2 | 3);  // 3 chooses the last limit
}

}  // namespace

Trace decode(std::span<const std::uint8_t> bytes, Geometry geometry) {
  Trace trace{decode_world(bytes, geometry), {}};
  bytes = bytes.subspan(std::min(bytes.size(), bytes_per_world));
  trace.ops.reserve(bytes.size() / bytes_per_op);
  for (; bytes.size() >= bytes_per_op; bytes = bytes.subspan(bytes_per_op)) {
    trace.ops.push_back(decode_op(bytes.first<bytes_per_op>(), trace.world));
  }
  return trace;
}

std::vector<std::uint8_t> encode(const Trace& trace) {
  const World world = nearest(trace.world);
  Bytes out;
  out.reserve(bytes_per_world + trace.ops.size() * bytes_per_op);
  put(out, index_of(frame_choices(world.geometry), world.frames) | (world.zswap == 0 ? 0U : 0x40U) |
               (world.nodes == 1 ? 0U : 0x80U));
  put(out, (world.huge_cow == HugeCow::split ? 0U : 1U) |
               (world.zero_page == ZeroPage::frame ? 0U : 2U) |
               static_cast<unsigned>(world.fork) << 2 |
               (world.flush == Flush::at_once ? 0U : 0x10U) | (world.asids == 0 ? 0U : 0x20U) |
               (world.cpu_pool == 0 ? 0U : 0x40U) | (world.count_bits == 0 ? 0U : 0x80U));
  put(out, world.cpus - 1 + cpus_choices * world.pool);
  put(out, world.procs - min_procs);
  for (const Op& op : trace.ops) encode_op(out, op, world);
  return out;
}

}  // namespace cow::model
