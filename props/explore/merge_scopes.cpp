#include "props/explore/merge_scopes.h"

#include "props/explore/alphabet.h"

namespace cow::props::explore {

using model::Access;
using model::Sharing;

/// Two pages of a process and of its child, one of them pinned or in swap now and then.
std::vector<model::Op> merge_ops() {
  Alphabet ops;
  for (std::uint8_t p = 0; p < 2; ++p) {
    ops.map(p, 0, 2).map(p, 0, 4, Access::write, Sharing::private_, true);
    ops.reads(p, 0, 2).writes(p, 0, 2);
    ops.merge(p, 0, 2).merge(p, 0, 4).failing(1, 1).unmerge(p, 0, 1).failing(1, 1);
    ops.devices(p, 0, 1).pageout(p, 0, 1).migrate(p, 0, 2);
    ops.protect(p, 0, 2, Access::read).protect(p, 0, 2, Access::write).unmap(p, 0, 1);
    ops.fork(p, 1 - p).exit(p);
  }
  return ops.take();
}

std::vector<model::Op> merge_zero_ops() {
  Alphabet ops;
  for (std::uint8_t p = 0; p < 2; ++p) {
    ops.map(p, 0, 2).reads(p, 0, 2).writes(p, 0, 2).unmap(p, 1, 1);
    ops.protect(p, 0, 1, Access::read).pageout(p, 0, 2);
    ops.merge(p, 0, 2).unmerge(p, 0, 2).failing(1, 1).dontneed(p, 0, 1);
    ops.fork(p, 1 - p).exit(p);
  }
  return ops.take();
}

}  // namespace cow::props::explore
