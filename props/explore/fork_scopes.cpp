#include "props/explore/fork_scopes.h"

#include "props/explore/alphabet.h"

namespace cow::props::explore {

using model::Access;
using model::Sharing;

/// Every way to change an entry of a table that others have, too; on both sides of a border between
/// two tables.
std::vector<model::Op> on_demand_ops() {
  Alphabet ops;
  for (std::uint8_t p = 0; p < 3; ++p) {
    ops.map(p, 3, 2).map(p, 4, 4, Access::write, Sharing::private_, true);
    ops.reads(p, 3, 5).writes(p, 3, 5).forks(p, 3);
    ops.unmap(p, 4, 1)
        .dontneed(p, 3, 1)
        .protect(p, 3, 2, Access::read)
        .protect(p, 3, 1, Access::none)
        .protect(p, 3, 1, Access::write)
        .remap(p, 3, 1, 1);
    ops.pageout(p, 3, 1).migrate(p, 3, 2).split(p, 4, 1).exit(p);
  }
  return ops.take();
}

/// What a child does not get as it is, so that its table is not shared.
std::vector<model::Op> on_demand_pins_ops() {
  Alphabet ops;
  for (std::uint8_t p = 0; p < 2; ++p) {
    ops.map(p, 0, 2).map(p, 1, 1, Access::write, Sharing::shared);
    ops.writes(p, 0, 2).reads(p, 0, 1).devices(p, 0, 1);
    ops.advise(p, 0, 1, model::Advice::wipeonfork).advise(p, 0, 1, model::Advice::dontfork);
    ops.fork(p, 1 - p).exit(p);
  }
  return ops.take();
}

model::World narrow_world(std::uint32_t frames) {
  model::World world{model::Geometry::tiny, model::HugeCow::split, 4, 1, 8, frames};
  world.count_bits = 2;
  return world;
}

std::vector<model::Op> narrow_ops() {
  Alphabet ops;
  for (std::uint8_t p = 0; p < 4; ++p) {
    ops.map(p, 0, 1).reads(p, 0, 1).writes(p, 0, 1);
    ops.forks(p, 4).unmap(p, 0, 1).exit(p);
  }
  return ops.take();
}

std::vector<model::Op> narrow_shared_ops() {
  Alphabet ops;
  for (std::uint8_t p = 0; p < 4; ++p) {
    ops.map(p, 0, 2, Access::write, Sharing::shared).reads(p, 0, 1).devices(p, 0, 1);
    ops.protect(p, 0, 1, Access::read).fork(p, (p + 1) % 4).exit(p);
  }
  return ops.take();
}

std::vector<model::Op> narrow_huge_ops() {
  Alphabet ops;
  for (std::uint8_t p = 0; p < 4; ++p) {
    ops.map(p, 0, 4, Access::write, Sharing::private_, true);
    ops.reads(p, 0, 1).writes(p, 0, 2).split(p, 0, 1);
    ops.forks(p, 4).pageout(p, 0, 1);
  }
  return ops.take();
}

std::vector<model::Op> eager_ops() {
  Alphabet ops;
  for (std::uint8_t p = 0; p < 2; ++p) {
    ops.map(p, 0, 2).map(p, 0, 4, Access::write, Sharing::private_, true);
    ops.map(p, 1, 1, Access::write, Sharing::shared);
    ops.reads(p, 0, 2).writes(p, 0, 2).pageout(p, 0, 1);
    ops.fork(p, 1 - p).failing(1, 3).exit(p);
  }
  return ops.take();
}

}  // namespace cow::props::explore
