#include <array>
#include <string>

#include "props/selftest/point.h"

namespace cow::props::selftest {

namespace {

struct Kind {
  std::string_view name;
  std::string_view setup;  ///< of X, which is mapped privately
  std::string_view precondition;
  bool zero;  ///< of memory that nobody wrote: there is no other mapping that would change
  bool pooled = false;
};

constexpr std::array fixtures = {
    Kind{"shared zeropage", "P0 map X 1 private write; P0 read X 1", "? P0 X shared", true},
    Kind{"memfd",
         "P0 map p8 1 shared write file@p3; P0 write p8 4 0x11; P0 map X 1 private write file@p3; "
         "P0 read X 4",
         "? P0 X shared", false},
    Kind{"tmpfile",
         "P0 map p8 1 shared write file@p6; P0 write p8 4 0x21; P0 unmap p8 1; P0 map p8 1 shared "
         "write file@p6; P0 map X 1 private write file@p6; P0 read X 4",
         "? P0 X shared", false},
    Kind{"huge zeropage", "P0 map X 4 private write huge; P0 read X 1",
         "? P0 X huge; ? P0 X shared", true},
    Kind{"memfd hugetlb",
         "P0 map p8 4 shared write hugetlb file@p4; P0 write p8 4 0x11; "
         "P0 map X 4 private write hugetlb file@p4; P0 read X 4",
         "? P0 X huge; ? P0 X pooled; ? P0 X shared", false, true},
};

/// test_cow: a private write shows to nobody else. test_ro_pin: what the pin reads is what the
/// process reads, before and after it writes.
std::string script(const Kind& kind, bool pin) {
  const std::string start = std::string(kind.setup) + "; " + std::string(kind.precondition) + "; ";
  if (!pin) {
    return start + (kind.zero ? "P0 map p9 1 private write; P0 read p9 4; P0 write X 4 0x61; "
                                "P0 read p9 4; P0 read X 4"
                              : "P0 write X 4 0x61; P0 read p8 4; P0 read X 4");
  }
  return start +
         "P0 pin d0 X read; ? P0 X pinned; P0 device-read d0 4; P0 write X 4 0x61; "
         "P0 device-read d0 4; P0 unpin d0";
}

}  // namespace

// The words of cow.c, non_anon_test_cases and the run_with_* of them.
std::vector<Point> other_points() {
  constexpr std::array cases = {"Basic COW", "R/O longterm GUP pin", "R/O longterm GUP-fast pin"};
  std::vector<Point> list;
  for (const std::string_view test : cases) {
    for (const auto& kind : fixtures) {
      auto point = make_point(test, kind.name, script(kind, test != cases[0]), "p4");
      if (kind.zero) point.trace.world.zero_page = model::ZeroPage::page;
      if (kind.pooled) point.trace.world.pool = 2;  // one for the file, one for the copy
      list.push_back(std::move(point));
    }
  }
  return list;
}

}  // namespace cow::props::selftest
