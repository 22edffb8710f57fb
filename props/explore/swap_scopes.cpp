#include "props/explore/swap_scopes.h"

#include "props/explore/alphabet.h"

namespace cow::props::explore {

using model::Access;

/// Pages that go to swap before a fork and behind it; there are three slots.
std::vector<model::Op> swap_ops() {
  Alphabet ops;
  for (std::uint8_t p = 0; p < 2; ++p) {
    ops.map(p, 0, 1).map(p, 0, 4);
    ops.reads(p, 0, 1).failing(1, 1);
    ops.writes(p, 0, 2).write(p, 0, 0, 64);
    ops.pageout(p, 0, 1).pageout(p, 0, 4).swapoff(p);
    ops.forks(p, 2);
    ops.unmap(p, 0, 1).protect(p, 0, 1, Access::read).protect(p, 0, 1, Access::write);
    ops.exit(p);
  }
  return ops.take();
}

/// What a device keeps stays where it is.
std::vector<model::Op> swap_pins_ops() {
  Alphabet ops;
  for (std::uint8_t p = 0; p < 2; ++p) {
    ops.map(p, 0, 1).reads(p, 0, 1).writes(p, 0, 1).devices(p, 0, 1);
    ops.pageout(p, 0, 1).unmap(p, 0, 1).protect(p, 0, 1, Access::read).forks(p, 2).exit(p);
  }
  return ops.take();
}

/// Pages that are given up, small and huge, written again or dropped, before a fork and behind it.
std::vector<model::Op> given_up_ops() {
  Alphabet ops;
  for (std::uint8_t p = 0; p < 2; ++p) {
    ops.map(p, 0, 1).map(p, 0, 4, Access::write, model::Sharing::private_, true);
    ops.map(p, 0, 1, Access::write, model::Sharing::shared);
    ops.reads(p, 0, 1).writes(p, 0, 2).free(p, 0, 1).free(p, 0, 4).pageout(p, 0, 1);
    ops.pageout(p, 0, 4).protect(p, 0, 1, Access::read).forks(p, 2).exit(p);
  }
  return ops.take();
}

/// Pages that are write-protected, present, in swap, huge, or not there yet.
std::vector<model::Op> write_protected_ops() {
  Alphabet ops;
  for (std::uint8_t p = 0; p < 2; ++p) {
    ops.map(p, 0, 1).map(p, 0, 4, Access::write, model::Sharing::private_, true);
    ops.reads(p, 0, 1).writes(p, 0, 2).wp(p, 0, 1).wp(p, 0, 4).unwp(p, 0, 4).pageout(p, 0, 1);
    ops.collapse(p, 0, 4).dontneed(p, 0, 1).protect(p, 0, 1, Access::read).forks(p, 2).exit(p);
  }
  return ops.take();
}

/// Guards that are put where pages are, or none, and meet all that goes by entries.
std::vector<model::Op> guard_ops() {
  Alphabet ops;
  for (std::uint8_t p = 0; p < 2; ++p) {
    ops.map(p, 0, 1).map(p, 0, 4, Access::write, model::Sharing::private_, true);
    ops.map(p, 0, 1, Access::write, model::Sharing::shared);
    ops.reads(p, 0, 1).writes(p, 0, 2).guard(p, 0, 1).guard(p, 0, 4).unguard(p, 0, 4);
    ops.collapse(p, 0, 4).dontneed(p, 0, 4).protect(p, 0, 1, Access::read).unmap(p, 0, 1);
    ops.forks(p, 2).exit(p);
  }
  return ops.take();
}

/// Who asks what was written, small and huge, in memory and in swap, before a fork and behind it.
std::vector<model::Op> clear_refs_ops() {
  Alphabet ops;
  for (std::uint8_t p = 0; p < 2; ++p) {
    ops.map(p, 0, 1).map(p, 0, 4, Access::write, model::Sharing::private_, true);
    ops.reads(p, 0, 1).writes(p, 0, 2).clear_refs(p, 0, 1).clear_refs(p, 0, 4).pageout(p, 0, 1);
    ops.protect(p, 0, 1, Access::read).protect(p, 0, 1, Access::write).forks(p, 2).exit(p);
  }
  return ops.take();
}

}  // namespace cow::props::explore
