#include <array>

#include "props/selftest/point.h"

namespace cow::props::selftest {

// The words of cow.c, non_anon_test_cases and the run_with_* of them.
std::vector<Point> other_points() {
  constexpr std::array cases = {"Basic COW", "R/O longterm GUP pin", "R/O longterm GUP-fast pin"};
  constexpr std::array fixtures = {"shared zeropage", "memfd", "tmpfile", "huge zeropage",
                                   "memfd hugetlb"};
  std::vector<Point> list;
  for (const auto* test : cases) {
    for (const auto* fixture : fixtures) {
      list.push_back({test, fixture, {}, {}, "no mappings of files or of a common zero page yet"});
    }
  }
  return list;
}

}  // namespace cow::props::selftest
