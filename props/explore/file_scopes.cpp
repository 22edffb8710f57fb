#include "props/explore/file_scopes.h"

#include "props/explore/alphabet.h"

namespace cow::props::explore {

/// One page of the file at two places: private and shared, dropped and written.
std::vector<model::Op> file_ops() {
  Alphabet ops;
  for (std::uint8_t p = 0; p < 2; ++p) {
    ops.map_file(p, 0, 1, Alphabet::Sharing::private_).map_file(p, 1, 1, Alphabet::Sharing::shared);
    ops.reads(p, 0, 2).failing(1, 2).writes(p, 0, 2).failing(1, 2);
    ops.dontneed(p, 0, 1).pageout(p, 0, 1).unmap(p, 0, 1).forks(p, 2).exit(p);
  }
  return ops.take();
}

/// Who reaches a private page of the file otherwise: devices, the kernel, a debugger; and what it
/// may do there.
std::vector<model::Op> file_access_ops() {
  using Access = Alphabet::Access;
  Alphabet ops;
  for (std::uint8_t p = 0; p < 2; ++p) {
    ops.map_file(p, 0, 1, Alphabet::Sharing::private_).map_file(p, 1, 1, Alphabet::Sharing::shared);
    ops.reads(p, 0, 1).writes(p, 0, 2).write(p, 0, 4, 1).reaches(p, 0).devices(p, 0, 1);
    ops.protect(p, 0, 1, Access::read).protect(p, 0, 1, Access::write);
    ops.unmap(p, 1, 1).forks(p, 2).exit(p);
  }
  return ops.take();
}

/// Several pages of the file that move, or are to become huge.
std::vector<model::Op> file_moves_ops() {
  Alphabet ops;
  for (std::uint8_t p = 0; p < 2; ++p) {
    ops.map_file(p, 0, 4, Alphabet::Sharing::private_);
    ops.map_file(p, 1, 2, Alphabet::Sharing::private_);
    ops.reads(p, 0, 2).writes(p, 1, 3);
    ops.remap(p, 2, 1, 0).remap(p, 0, 1, 2).collapse(p, 0, 4).migrate(p, 0, 4);
    ops.unmap(p, 0, 1).forks(p, 2).exit(p);
  }
  return ops.take();
}

/// A page that is only read, a huge one too, and then written.
std::vector<model::Op> zero_ops() {
  Alphabet ops;
  for (std::uint8_t p = 0; p < 2; ++p) {
    ops.map(p, 0, 4, Alphabet::Access::write, Alphabet::Sharing::private_, true).map(p, 0, 1);
    ops.reads(p, 0, 2).writes(p, 0, 2).unmap(p, 0, 1).protect(p, 0, 4, Alphabet::Access::read);
    ops.protect(p, 0, 4, Alphabet::Access::write).pageout(p, 0, 4);
    ops.devices(p, 0, 1).forks(p, 2).exit(p);
  }
  return ops.take();
}

}  // namespace cow::props::explore
