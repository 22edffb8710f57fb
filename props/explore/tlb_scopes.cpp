#include "props/explore/tlb_scopes.h"

#include "props/explore/alphabet.h"

namespace cow::props::explore {

using model::Access;
using model::Sharing;

model::World asid_world(std::uint32_t procs, std::uint32_t asids, std::uint32_t frames) {
  model::World world{model::Geometry::tiny, model::HugeCow::split, procs, 1, 8, frames};
  world.asids = asids;
  return world;
}

std::vector<model::Op> asid_ops(std::uint8_t procs) {
  Alphabet ops;
  for (std::uint8_t p = 0; p < procs; ++p) {
    ops.map(p, 0, 2).map(p, 0, 4, Access::write, Sharing::private_, true);
    ops.reads(p, 0, 2).writes(p, 0, 2).protect(p, 0, 1, Access::read).unmap(p, 0, 4);
    for (std::uint8_t q = 0; q < procs; ++q) {
      if (q != p) ops.fork(p, q);
    }
    ops.pageout(p, 0, 1).dontneed(p, 0, 4).exit(p);
  }
  return ops.take();
}

model::World nodes_world(std::uint32_t frames) {
  model::World world{model::Geometry::tiny, model::HugeCow::split, 2, 2, 8, frames};
  world.nodes = 2;
  return world;
}

std::vector<model::Op> nodes_ops() {
  Alphabet ops;
  for (std::uint8_t p = 0; p < 2; ++p) {
    ops.map(p, 0, 2).map(p, 4, 4, Access::write, Sharing::private_, true);
    for (std::uint8_t cpu = 0; cpu < 2; ++cpu) {
      ops.reads(p, 0, 1, cpu).writes(p, 0, 2, cpu).writes(p, 4, 5, cpu);
    }
    ops.migrate(p, 0, 1).compact(p).unmap(p, 0, 2).fork(p, 1 - p).exit(p);
  }
  return ops.take();
}

model::World batched_world(std::uint32_t frames) {
  model::World world{model::Geometry::tiny, model::HugeCow::split, 2, 2, 8, frames};
  world.flush = model::Flush::batched;
  return world;
}

std::vector<model::Op> batched_ops() {
  Alphabet ops;
  for (std::uint8_t p = 0; p < 2; ++p) {
    ops.map(p, 0, 2).map(p, 0, 4, Access::write, Sharing::private_, true);
    for (std::uint8_t cpu = 0; cpu < 2; ++cpu) ops.reads(p, 0, 2, cpu).writes(p, 0, 2, cpu);
    ops.pageout(p, 0, 2).protect(p, 0, 2, Access::read).protect(p, 0, 4, Access::write);
    ops.unmap(p, 0, 4).dontneed(p, 0, 2).fork(p, 1 - p).exec(p).exit(p);
  }
  return ops.take();
}

}  // namespace cow::props::explore
