#include "props/explore/pin_scopes.h"

#include "props/explore/alphabet.h"

namespace cow::props::explore {

/// Pins across forks; the second page is shared.
std::vector<model::Op> pins_ops() {
  Alphabet ops;
  for (std::uint8_t p = 0; p < 2; ++p) {
    ops.map(p, 0, 1).map(p, 1, 1, Alphabet::Access::write, Alphabet::Sharing::shared);
    ops.reads(p, 0, 1).writes(p, 0, 2).devices(p, 0, 2);
    ops.forks(p, 2);
    ops.unmap(p, 0, 1).dontneed(p, 0, 1);
    ops.protect(p, 0, 1, Alphabet::Access::read).protect(p, 0, 1, Alphabet::Access::write);
    ops.exec(p).exit(p);
  }
  return ops.take();
}

/// Pins of one page of a huge page.
std::vector<model::Op> huge_pins_ops() {
  Alphabet ops;
  for (std::uint8_t p = 0; p < 2; ++p) {
    ops.map(p, 0, 4, Alphabet::Access::write, Alphabet::Sharing::private_, true);
    ops.reads(p, 0, 1).writes(p, 0, 2).devices(p, 1, 2);
    ops.forks(p, 2);
    ops.unmap(p, 0, 1).dontneed(p, 0, 4);
    ops.exit(p);
  }
  return ops.take();
}

}  // namespace cow::props::explore
