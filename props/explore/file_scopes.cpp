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

/// A page that is only read, a huge one too, and then written.
std::vector<model::Op> zero_ops() {
  Alphabet ops;
  for (std::uint8_t p = 0; p < 2; ++p) {
    ops.map(p, 0, 4, Alphabet::Access::write, Alphabet::Sharing::private_, true).map(p, 0, 1);
    ops.reads(p, 0, 2).writes(p, 0, 2).unmap(p, 0, 1).protect(p, 0, 4, Alphabet::Access::read);
    ops.protect(p, 0, 4, Alphabet::Access::write).pageout(p, 0, 4).forks(p, 2).exit(p);
  }
  return ops.take();
}

}  // namespace cow::props::explore
