#include "props/explore/mixed_scopes.h"

#include "props/explore/alphabet.h"

namespace cow::props::explore {

namespace {

using model::Access;
using model::Advice;
using model::Sharing;

/// What the kernel does to pages behind a process's back, to the first `count` of them.
void in_background(Alphabet& ops, std::uint8_t p, std::uint32_t count) {
  ops.pageout(p, 0, count).swapoff(p).migrate(p, 0, count);
  ops.merge(p, 0, count == 1 ? 2 : count).unmerge(p, 0, count);
}

/// What a process asks for, about the first `count` of its pages.
void on_demand(Alphabet& ops, std::uint8_t p, std::uint32_t count) {
  ops.unmap(p, 0, count).dontneed(p, 0, count).free(p, 0, count);
  ops.wp(p, 0, count).unwp(p, 0, count).guard(p, 0, count).unguard(p, 0, count);
  ops.clear_refs(p, 0, count);
  for (const auto access : {Access::none, Access::read, Access::write}) {
    ops.protect(p, 0, count, access);
  }
  ops.advise(p, 0, count, Advice::dontfork).advise(p, 0, count, Advice::wipeonfork);
}

}  // namespace

std::vector<model::Op> mixed_ops() {
  Alphabet ops;
  for (std::uint8_t p = 0; p < 2; ++p) {
    ops.map(p, 0, 2).map(p, 0, 1, Access::write, Sharing::shared).map(p, 0, 1, Access::read);
    ops.map_file(p, 0, 1, Sharing::private_).map_file(p, 0, 1, Sharing::shared);
    ops.reads(p, 0, 2).read(p, 0, 0, 32).writes(p, 0, 1).reaches(p, 0).devices(p, 0, 1);
    on_demand(ops, p, 1);
    in_background(ops, p, 1);
    ops.remap(p, 0, 1, 1).fork(p, 1 - p).exec(p).exit(p);
  }
  return ops.take();
}

std::vector<model::Op> mixed_huge_ops() {
  Alphabet ops;
  for (std::uint8_t p = 0; p < 2; ++p) {
    ops.map(p, 0, 4, Access::write, Sharing::private_, true);
    ops.reads(p, 0, 1).writes(p, 0, 2).reaches(p, 0).devices(p, 0, 1);
    on_demand(ops, p, 4);
    ops.wp(p, 1, 1).free(p, 1, 1).protect(p, 1, 1, Access::read).dontneed(p, 1, 1);
    in_background(ops, p, 4);
    ops.split(p, 0, 4).collapse(p, 0, 4).compact(p).pageout(p, 0, 1).remap(p, 0, 4, 4);
    ops.fork(p, 1 - p).exit(p);
  }
  return ops.take();
}

}  // namespace cow::props::explore
