#include "props/shrink/world.h"

#include <algorithm>

namespace cow::props {

namespace {

/// Does every operation name only what `world` has?
bool fits(const model::Trace& trace, const model::World& world) {
  return std::ranges::all_of(trace.ops, [&](const model::Op& op) {
    return op.proc < world.procs && op.child < world.procs && op.cpu < world.cpus &&
           op.page < world.pages && op.to < world.pages;
  });
}

/// The default world, then those that keep one or more of the trace's own sizes.
std::vector<model::World> candidates(const model::World& own) {
  const auto plain = model::default_world(own.geometry);
  std::vector<model::World> worlds;
  for (unsigned keep = 0; keep < 4096; ++keep) {
    model::World world = plain;
    if ((keep & 1) != 0) world.huge_cow = own.huge_cow;
    if ((keep & 2) != 0) world.procs = own.procs, world.cpus = own.cpus, world.pages = own.pages;
    if ((keep & 4) != 0) world.frames = own.frames;
    if ((keep & 8) != 0) world.zero_page = own.zero_page;
    if ((keep & 16) != 0) world.fork = own.fork;
    if ((keep & 32) != 0) world.pool = own.pool;
    if ((keep & 64) != 0) world.count_bits = own.count_bits;
    if ((keep & 128) != 0) world.cpu_pool = own.cpu_pool;
    if ((keep & 256) != 0) world.asids = own.asids;
    if ((keep & 512) != 0) world.flush = own.flush;
    if ((keep & 1024) != 0) world.nodes = own.nodes;
    if ((keep & 2048) != 0) world.zswap = own.zswap;
    if (!model::complaint(world).empty()) continue;
    if (world != own && std::ranges::find(worlds, world) == worlds.end()) worlds.push_back(world);
  }
  return worlds;
}

}  // namespace

Moved to_default_world(const Executor& executor, const model::Trace& trace, const Failure& found) {
  if (trace.world == model::default_world(trace.world.geometry)) return {trace, found};
  for (const auto& world : candidates(trace.world)) {
    if (!fits(trace, world)) continue;
    constexpr std::uint8_t most_injections = 8;
    const bool injects = world.frames != trace.world.frames;
    for (std::uint8_t k = 0; k <= (injects ? most_injections : 0); ++k) {
      model::Trace moved{world, trace.ops};
      if (k > 0 && found.index < moved.ops.size()) moved.ops[found.index].oom = k;
      const auto failure = executor(moved);
      if (failure && same_bug(*failure, found)) return {moved, *failure};
    }
  }
  return {trace, found};
}

}  // namespace cow::props
