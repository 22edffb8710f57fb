#pragma once

#include <cstddef>
#include <cstdint>

#include "model/op.h"

// Pseudo-random traces for the tests of this folder.

namespace cow::model {

/// splitmix64: the same numbers everywhere. Steele, Lea, Flood: "Fast splittable pseudorandom
/// number generators", OOPSLA 2014.
class TestRandom {
 public:
  explicit TestRandom(std::uint64_t seed) : state_(seed) {}

  std::uint64_t next() {
    std::uint64_t z = (state_ += 0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
  }
  std::uint32_t below(std::uint32_t limit) { return static_cast<std::uint32_t>(next() % limit); }
  std::uint8_t byte_below(std::uint32_t limit) { return static_cast<std::uint8_t>(below(limit)); }

 private:
  std::uint64_t state_;
};

/// Any world that has no complaint.
inline World random_world(TestRandom& random) {
  World world = default_world(random.below(2) == 0 ? Geometry::tiny : Geometry::x86_64);
  const std::uint32_t step = 2 * huge_pages(world.geometry);
  world.huge_cow = random.below(2) == 0 ? HugeCow::split : HugeCow::copy;
  world.zero_page = random.below(2) == 0 ? ZeroPage::frame : ZeroPage::page;
  world.count_bits = random.below(2) == 0 ? 0 : 2 + random.below(15);
  world.cpu_pool = random.below(2) * random.below(max_cpu_pool + 1);
  world.zswap = random.below(2) * random.below(max_zswap + 1);
  world.nodes = 1 + random.below(max_nodes);
  world.asids = random.below(2) * random.below(max_asids + 1);
  world.flush = random.below(2) == 0 ? Flush::at_once : Flush::batched;
  world.procs = 1 + random.below(max_procs);
  world.cpus = 1 + random.below(max_cpus);
  world.pages = step * (1 + random.below(max_pages(world.geometry) / step));
  world.frames = 8 + random.below(max_frames - 7);
  if (random.below(2) == 0) world.pool = 1 + random.below(4);
  if (!complaint(world).empty()) world.pool = 0;
  return world;
}

/// Any operation that the text format can say: unused fields at their defaults; ranges may be
/// empty or reach outside the world.
inline Op random_op(TestRandom& random, const World& world) {
  const auto amount = [&](std::uint32_t usual) {
    return random.below(8) == 0 ? static_cast<std::uint32_t>(random.next()) : random.below(usual);
  };
  Op op;
  op.kind = static_cast<Kind>(random.below(kind_count));
  op.proc = random.byte_below(world.procs);
  if (random.below(4) == 0) op.oom = random.byte_below(256);
  const Shape& uses = shape(op.kind);
  if (uses.child) op.child = random.byte_below(world.procs);
  if (uses.pin) op.pin = random.byte_below(max_pins);
  if (uses.access) op.access = static_cast<Access>(random.below(access_count));
  if (uses.sharing) op.sharing = static_cast<Sharing>(random.below(sharing_count));
  if (uses.advice) op.advice = static_cast<Advice>(random.below(advice_count));
  if (uses.huge) op.huge = random.below(2) == 0;
  if (uses.huge) op.hugetlb = random.below(2) == 0;
  if (has_page(uses.range)) op.page = random.below(world.pages);
  if (uses.range == Range::pages) op.count = amount(world.pages / 2);
  if (uses.file) op.file = random.below(3) == 0;
  if (uses.to || op.file) op.to = random.below(world.pages);
  if (uses.cpu) op.cpu = random.byte_below(world.cpus);
  if (has_offset(uses.range)) {
    op.offset = random.below(page_bytes(world.geometry));
    op.length = amount(3 * page_bytes(world.geometry));
  }
  if (uses.value) op.value = random.byte_below(256);
  return op;
}

inline Trace random_trace(TestRandom& random, std::size_t ops) {
  Trace trace{random_world(random), {}};
  for (std::size_t i = 0; i < ops; ++i) trace.ops.push_back(random_op(random, trace.world));
  return trace;
}

}  // namespace cow::model
