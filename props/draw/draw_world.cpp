#include <algorithm>

#include "props/draw/draw.h"

namespace cow::props {

namespace {

constexpr std::uint64_t pool_salt = 0x9001;

/// Half of the worlds fork as the base does, unless that was chosen. From numbers of its own, so
/// that it changes no other that is drawn.
model::Fork draw_fork(const model::World& base, std::uint64_t seed) {
  if (base.fork != model::Fork::classic) return base.fork;
  switch (Random(~seed).below(8)) {
    case 0:
    case 1:
    case 2:
      return model::Fork::on_demand;
    case 3:
      return model::Fork::eager;
    default:
      return model::Fork::classic;
  }
}

/// One world in six has a pool, unless that was chosen: small, since it is to run dry. From numbers
/// of its own, too.
std::uint32_t draw_pool(const model::World& world, std::uint64_t seed) {
  Random random(seed ^ pool_salt);
  auto sized = world;
  if (world.pool == 0 && random.one_in(6)) sized.pool = random.between(1, 4);
  while (sized.pool > 0 && !model::complaint(sized).empty()) --sized.pool;
  return sized.pool;
}

/// One world in eight has counts so narrow that they fill up. As draw_fork, from other numbers.
std::uint32_t draw_count_bits(const model::World& base, std::uint64_t seed) {
  Random random(seed ^ 0x5a5a5a5a5a5a5a5a);
  if (base.count_bits != 0 || base.pool != 0 || !random.one_in(8)) return base.count_bits;
  return random.between(2, 3);
}

/// One world in eight has pools of free frames.
std::uint32_t draw_cpu_pool(const model::World& base, std::uint64_t seed) {
  Random random(seed ^ 0x3c3c3c3c3c3c3c3c);
  if (base.cpu_pool != 0 || !random.one_in(8)) return base.cpu_pool;
  return random.between(1, 6);
}

/// One world in six has several nodes.
std::uint32_t draw_nodes(const model::World& base, std::uint64_t seed) {
  Random random(seed ^ 0x7171717171717171);
  if (base.nodes != 1 || !random.one_in(6)) return base.nodes;
  return random.between(2, model::max_nodes);
}

/// One world in six compresses what goes to swap.
std::uint32_t draw_zswap(const model::World& base, std::uint64_t seed) {
  Random random(seed ^ 0x2d2d2d2d2d2d2d2d);
  if (base.zswap != 0 || !random.one_in(6)) return base.zswap;
  return random.between(1, 3);
}

/// One world in six has few address-space identifiers; one in four flushes in batches.
void draw_tlbs(model::World& world, std::uint64_t seed) {
  Random random(seed ^ 0x6969696969696969);
  const bool tagged = random.one_in(6), batched = random.one_in(4);
  if (world.asids == 0 && tagged) world.asids = random.between(1, 3);
  if (batched) world.flush = model::Flush::batched;
}

/// One tiny world in ten is so wide that ranges hold whole tables of the second level, of 16 pages
/// (props/draw/draw.cpp: draw_count).
void draw_width(model::World& world, std::uint64_t seed) {
  Random random(seed ^ 0x7777777777777777);
  if (world.geometry != model::Geometry::tiny || !random.one_in(10)) return;
  world.pages = std::max(world.pages, 8 * random.between(4, 8));
  world.frames = std::min(model::max_frames, world.frames * 4);
}

/// One tiny world in four has other numbers of everything.
void draw_size(model::World& world, Random& random) {
  if (world.geometry != model::Geometry::tiny || !random.one_in(4)) return;
  const bool crowd = random.one_in(8);  // as many holders as a frame can have
  world.procs = crowd ? model::max_procs : random.between(2, 6);
  world.cpus = random.between(1, crowd ? model::max_cpus : 4);
  world.pages = 8 * random.between(1, crowd ? 8 : 3);
  if (crowd) world.frames = std::min(model::max_frames, world.frames * 8);
}

}  // namespace

model::World draw_world(const model::World& base, std::uint64_t seed) {
  Random random(seed);
  model::World world = base;
  world.fork = draw_fork(base, seed);
  world.count_bits = draw_count_bits(base, seed);
  world.cpu_pool = draw_cpu_pool(base, seed);
  draw_tlbs(world, seed);
  world.nodes = draw_nodes(base, seed);
  world.zswap = draw_zswap(base, seed);
  world.huge_cow = random.one_in(3) ? model::HugeCow::copy : model::HugeCow::split;
  world.zero_page = random.one_in(4) ? model::ZeroPage::page : base.zero_page;
  if (random.one_in(3)) {  // an odd number, so that the last huge page has no room
    const auto few = base.frames * random.between(1, 7) / 8;
    world.frames = few - std::min(few, random.below(model::huge_pages(base.geometry)));
    world.frames = std::max(8U, world.frames);
  }
  world.pool = draw_pool(world, seed);
  draw_size(world, random);
  draw_width(world, seed);
  return world;
}

}  // namespace cow::props
