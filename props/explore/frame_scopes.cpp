#include "props/explore/frame_scopes.h"

#include "props/explore/alphabet.h"

namespace cow::props::explore {

using model::Access;
using model::Sharing;

std::vector<model::Op> collapse_ops() {
  Alphabet ops;
  for (std::uint8_t p = 0; p < 2; ++p) {
    ops.map(p, 0, 4).map(p, 2, 2, Access::read).map(p, 0, 2);
    ops.map(p, 0, 4, Access::write, Sharing::shared);
    ops.map(p, 0, 4, Access::read, Sharing::private_, true);
    ops.reads(p, 0, 1).writes(p, 0, 4);
    ops.collapse(p, 0, 4).failing(1, 1).collapse(p, 0, 2).split(p, 1, 1).failing(1, 1);
    ops.protect(p, 0, 4, Access::read).unmap(p, 3, 1);
    ops.fork(p, 1 - p).exit(p);
  }
  return ops.take();
}

std::vector<model::Op> collapse_pins_ops() {
  Alphabet ops;
  for (std::uint8_t p = 0; p < 2; ++p) {
    ops.map(p, 0, 4).map(p, 0, 4, Access::write, Sharing::private_, true);
    ops.writes(p, 0, 2).devices(p, 0, 1);
    ops.collapse(p, 0, 4).split(p, 0, 1).migrate(p, 0, 1);
    ops.fork(p, 1 - p).exit(p);
  }
  return ops.take();
}

std::vector<model::Op> migrate_ops() {
  Alphabet ops;
  for (std::uint8_t p = 0; p < 2; ++p) {
    ops.map(p, 0, 1).map(p, 0, 1, Access::read).map(p, 1, 1, Access::write, Sharing::shared);
    ops.map(p, 4, 4, Access::write, Sharing::private_, true);
    ops.reads(p, 0, 2).writes(p, 0, 2).writes(p, 4, 5);
    ops.migrate(p, 0, 1).failing(1, 1).migrate(p, 1, 1).migrate(p, 4, 4).failing(1, 1);
    ops.protect(p, 0, 1, Access::read).unmap(p, 1, 1);
    ops.fork(p, 1 - p).exit(p);
  }
  return ops.take();
}

std::vector<model::Op> compact_ops() {
  Alphabet ops;
  for (std::uint8_t p = 0; p < 2; ++p) {
    ops.map(p, 0, 8, Access::write, Sharing::private_, true).write(p, 3, 15, 2).writes(p, 0, 1);
    ops.map(p, 0, 4).reads(p, 0, 1).writes(p, 4, 5);
    ops.unmap(p, 1, 2).unmap(p, 5, 3).compact(p).failing(1, 1).migrate(p, 0, 1);
    ops.fork(p, 1 - p).exit(p);
  }
  return ops.take();
}

model::World zswap_world(std::uint32_t frames) {
  model::World world{model::Geometry::tiny, model::HugeCow::split, 2, 1, 8, frames};
  world.zswap = 1;
  return world;
}

std::vector<model::Op> zswap_ops() {
  Alphabet ops;
  for (std::uint8_t p = 0; p < 2; ++p) {
    ops.map(p, 0, 2).reads(p, 0, 2).writes(p, 0, 2).write(p, 1, 0, 16);
    ops.write(p, 0, 15, 2);
    ops.pageout(p, 0, 2).pageout(p, 0, 1).swapoff(p).unmap(p, 0, 1);
    ops.fork(p, 1 - p).exit(p);
  }
  return ops.take();
}

model::World cpu_pool_world(std::uint32_t frames) {
  model::World world{model::Geometry::tiny, model::HugeCow::split, 2, 2, 8, frames};
  world.cpu_pool = 2;
  return world;
}

std::vector<model::Op> pools_ops() {
  Alphabet ops;
  for (std::uint8_t p = 0; p < 2; ++p) {
    ops.map(p, 0, 2).fork(p, 1 - p).unmap(p, 0, 1).compact(p).exit(p);
    for (std::uint8_t cpu = 0; cpu < 2; ++cpu) ops.reads(p, 0, 1, cpu).writes(p, 0, 2, cpu);
  }
  return ops.take();
}

}  // namespace cow::props::explore
