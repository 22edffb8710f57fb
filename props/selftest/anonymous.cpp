#include <array>

#include "props/selftest/point.h"

namespace cow::props::selftest {

namespace {

/// The huge page lies at p4..p7; page p10 is free.
struct Fixture {
  std::string_view name, page, script;
  bool pooled = false;  ///< of a pool of two huge pages, whole: one to share, one to copy it to
};

constexpr std::string_view huge_page =
    "P0 map p4 4 private write huge; P0 write p4 64 0x11; "
    "? P0 p5 huge; ";
constexpr std::string_view split_page = "P0 split p4 4; ? P0 p4 small; ? P0 p5 small; ";

std::string script_of(const Fixture& fixture) {
  std::string script(fixture.script);
  const auto put = [&](std::string_view word, std::string_view text) {
    if (const auto at = script.find(word); at != std::string::npos) {
      script.replace(at, word.size(), text);
    }
  };
  put("HUGE; ", huge_page);
  put("SPLIT; ", split_page);
  return script;
}

/// The same with all four pages of the huge page where one was named: no call may cut it.
std::string of_whole(std::string_view script) {
  std::string text(script);
  for (auto at = text.find("X 1"); at != std::string::npos; at = text.find("X 1", at)) {
    text[at + 2] = '4';
  }
  return text;
}

// The words of cow.c, run_with_*.
constexpr std::array fixtures = {
    Fixture{"base page", "p5", "P0 map p5 1 private write; P0 write X 4 0x11; ? P0 X small; "},
    Fixture{"swapped-out base page", "p5",
            "P0 map p5 1 private write; P0 write X 4 0x11; P0 pageout X 1; ? P0 X swapped; "},
    Fixture{"THP", "p5", "HUGE; "},
    Fixture{"swapped-out THP", "p5", "HUGE; P0 pageout p4 4; ? P0 p4 swapped; ? P0 X swapped; "},
    Fixture{"PTE-mapped THP", "p5", "HUGE; SPLIT; "},
    Fixture{"swapped-out, PTE-mapped THP", "p5",
            "HUGE; SPLIT; P0 pageout p4 4; ? P0 p4 swapped; ? P0 X swapped; "},
    Fixture{"single PTE of THP", "p5",
            "HUGE; SPLIT; P0 dontneed p4 1; P0 dontneed p6 2; ? P0 p4 absent; ? P0 X small; "},
    Fixture{"single PTE of swapped-out THP", "p5",
            "HUGE; SPLIT; P0 dontneed p4 1; P0 dontneed p6 2; P0 pageout X 1; ? P0 X swapped; "},
    Fixture{"partially mremap()'ed THP", "p5",
            "HUGE; P0 remap p6 2 p10; ? P0 p10 small; ? P0 X small; "},
    Fixture{"partially shared THP", "p4",
            "HUGE; P0 advise p5 3 dontfork; P0 fork P3; ? P0 p4 shared; ? P0 p5 exclusive; "
            "P3 exit; P0 advise p5 3 dofork; ? P0 X small; "},
    Fixture{"hugetlb", "p4",
            "P0 map X 4 private write hugetlb; P0 write X 4 0x11; ? P0 X huge; ? P0 X pooled; ",
            true},
};

struct Case {
  std::string_view name, script;
};

// The words of cow.c, anon_test_cases. A pin is long-term whether vmsplice, io_uring or the test
// module takes it there; here each takes the page without a lock where it can.
constexpr std::array cases = {
    Case{"Basic COW after fork()",
         "P0 fork P1; P0 write X 4 0x51; P1 read X 4; P1 write X 4 0x61; P0 read X 4"},
    Case{"Basic COW after fork() with mprotect() optimization",
         "P0 fork P1; P0 protect X 1 read; P0 protect X 1 write; P0 write X 4 0x51; P1 read X 4"},
    Case{"vmsplice() + unmap in child",
         "P0 fork P1; P1 pin d0 X read; ? P1 X pinned; P1 unmap X 1; P0 write X 4 0x51; "
         "P1 device-read d0 4"},
    Case{"vmsplice() + unmap in child with mprotect() optimization",
         "P0 fork P1; P1 pin d0 X read; ? P1 X pinned; P1 unmap X 1; P0 protect X 1 read; "
         "P0 protect X 1 write; P0 write X 4 0x51; P1 device-read d0 4"},
    Case{"vmsplice() before fork(), unmap in parent after fork()",
         "P0 pin d0 X read; ? P0 X pinned; P0 fork P1; P0 unmap X 1; P1 write X 4 0x51; "
         "P0 device-read d0 4"},
    Case{"vmsplice() + unmap in parent after fork()",
         "P0 fork P1; P0 pin d0 X read; ? P0 X pinned; P0 unmap X 1; P1 write X 4 0x51; "
         "P0 device-read d0 4"},
    Case{"R/O-mapping a page registered as iouring fixed buffer",
         "P0 pin d0 X write; P0 protect X 1 read; P0 protect X 1 write; ? P0 X pinned; "
         "P0 write X 4 0x51; P0 device-read d0 4; P0 device-write d0 2 0x71; P0 read X 4"},
    Case{"fork() with an iouring fixed buffer",
         "P0 pin d0 X write; ? P0 X pinned; P0 fork P1; P0 write X 4 0x51; P0 device-read d0 4; "
         "P1 read X 4; P0 device-write d0 2 0x71; P0 read X 4"},
    Case{"R/O GUP pin on R/O-mapped shared page",
         "P0 fork P1; P0 pin d0 X read; ? P0 X exclusive; P0 write X 4 0x51; P0 device-read d0 4"},
    Case{
        "R/O GUP-fast pin on R/O-mapped shared page",
        "P0 fork P1; P0 read X 1; P1 read X 1; ? P0 X shared; P0 pin d0 X read; P0 write X 4 0x51; "
        "P0 device-read d0 4"},
    Case{"R/O GUP pin on R/O-mapped previously-shared page",
         "P0 fork P1; P1 exit; P0 pin d0 X read; ? P0 X exclusive; P0 write X 4 0x51; "
         "P0 device-read d0 4"},
    Case{"R/O GUP-fast pin on R/O-mapped previously-shared page",
         "P0 fork P1; P1 exit; P0 read X 1; P0 pin d0 X read; ? P0 X pinned; P0 write X 4 0x51; "
         "P0 device-read d0 4"},
    Case{"R/O GUP pin on R/O-mapped exclusive page",
         "P0 protect X 1 read; P0 pin d0 X read; ? P0 X exclusive; P0 protect X 1 write; "
         "P0 write X 4 0x51; P0 device-read d0 4"},
    Case{"R/O GUP-fast pin on R/O-mapped exclusive page",
         "P0 protect X 1 read; P0 read X 1; P0 pin d0 X read; ? P0 X exclusive; "
         "P0 protect X 1 write; P0 write X 4 0x51; P0 device-read d0 4"},
};

}  // namespace

std::vector<Point> anonymous_points() {
  std::vector<Point> list;
  for (const auto& test : cases) {
    for (const auto& fixture : fixtures) {
      const auto script =
          script_of(fixture) + (fixture.pooled ? of_whole(test.script) : std::string(test.script));
      list.push_back(make_point(test.name, fixture.name, script, fixture.page));
      if (fixture.pooled) list.back().trace.world.pool = 2;
    }
  }
  return list;
}

}  // namespace cow::props::selftest
