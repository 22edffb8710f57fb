#include "props/explore/hugetlb_scopes.h"

#include "props/explore/alphabet.h"

namespace cow::props::explore {

using model::Access;
using model::Sharing;

std::vector<model::Op> hugetlb_ops() {
  Alphabet ops;
  for (std::uint8_t p = 0; p < 2; ++p) {
    ops.map(p, 0, 4).hugetlb().map(p, 0, 4, Access::write, Sharing::shared).hugetlb();
    ops.map(p, 0, 2);
    ops.reads(p, 0, 1).writes(p, 0, 2).write(p, 3, 0, 1).failing(1, 1).reaches(p, 0);
    ops.protect(p, 0, 4, Access::read)
        .protect(p, 0, 4, Access::write)
        .protect(p, 0, 1, Access::read);
    ops.dontneed(p, 0, 4).split(p, 0, 4).collapse(p, 0, 4).unmap(p, 0, 4);
    ops.fork(p, 1 - p).failing(1, 1).exit(p);
  }
  return ops.take();
}

std::vector<model::Op> hugetlb_file_ops() {
  Alphabet ops;
  for (std::uint8_t p = 0; p < 2; ++p) {
    ops.map_file(p, 0, 4, Sharing::private_).hugetlb().map_file(p, 4, 4, Sharing::shared).hugetlb();
    ops.reads(p, 0, 1).writes(p, 0, 1).writes(p, 4, 5).devices(p, 0, 1);
    ops.dontneed(p, 0, 4).remap(p, 0, 4, 4).unmap(p, 4, 4);
    ops.fork(p, 1 - p).exit(p);
  }
  return ops.take();
}

}  // namespace cow::props::explore
