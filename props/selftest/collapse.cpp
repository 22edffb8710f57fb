#include <array>

#include "props/selftest/point.h"

namespace cow::props::selftest {

namespace {

struct Case {
  std::string_view name, script;
};

// The words of cow.c, anon_thp_test_cases. The range is populated page by page, without a hint.
constexpr std::array cases = {
    Case{"Basic COW after fork() when collapsing before fork()",
         "P0 collapse p4 4; ? P0 p5 huge; P0 fork P1; ? P0 p5 shared; P0 write p4 64 0x51; "
         "P1 read p4 64"},
    Case{"Basic COW after fork() when collapsing after fork() (fully shared)",
         "P0 fork P1; ? P0 p5 shared; P0 collapse p4 4; ? P0 p5 huge; P0 write p4 64 0x51; "
         "P1 read p4 64"},
    Case{"Basic COW after fork() when collapsing after fork() (lower shared)",
         "P0 advise p6 2 dontfork; P0 fork P1; ? P0 p4 shared; ? P0 p6 exclusive; "
         "P0 advise p6 2 dofork; P0 collapse p4 4; ? P0 p5 huge; P0 write p4 64 0x51; "
         "P1 read p4 32"},
    Case{"Basic COW after fork() when collapsing after fork() (upper shared)",
         "P0 advise p4 2 dontfork; P0 fork P1; ? P0 p6 shared; ? P0 p4 exclusive; "
         "P0 advise p4 2 dofork; P0 collapse p4 4; ? P0 p5 huge; P0 write p4 64 0x51; "
         "P1 read p6 32"},
};

constexpr std::string_view populated =
    "P0 map p4 4 private write; P0 write p4 64 0x11; ? P0 p4 small; ? P0 p7 small; ";

}  // namespace

std::vector<Point> collapse_points() {
  std::vector<Point> list;
  for (const auto& test : cases) {
    list.push_back(make_point(test.name, "small pages, collapsed",
                              std::string(populated) + std::string(test.script), "p5"));
  }
  return list;
}

}  // namespace cow::props::selftest
