#include "props/subjects/historic_flaws.h"

#include <array>

#include "impl/linux011/linux011.h"
#include "impl/xv6/xv6.h"

namespace cow::props {

namespace {

constexpr std::array linux011_rows = {
    Flaw{linux011::any_address, "any-address", "a fault never asks where the break is",
         "do_no_page in mm/memory.c", Law::permission, true},
    Flaw{linux011::brk_keeps, "brk-keeps", "sys_brk moves a number and frees nothing",
         "kernel/sys.c", Law::permission, true},
    Flaw{linux011::first_process, "first-process",
         "pages of task 0 lie in low memory, which fork neither counts nor write-protects",
         "copy_page_tables, NOTE 2, in mm/memory.c", Law::sole_writer, true},
    Flaw{linux011::pipe_unverified, "pipe-unverified",
         "sys_pipe stores its 8 bytes without verify_area, and a 386 lets the kernel write",
         "fs/pipe.c", Law::isolation, true},
    Flaw{linux011::oom_kills, "oom-kills", "a fault that finds no memory ends the process",
         "oom in mm/memory.c", Law::refused_unchanged, true},
    Flaw{linux011::no_invalidate, "no-invalidate", "copy_page_tables does not end in invalidate",
         "its head says that there were too few of them before", Law::tlb_coherent, false},
    Flaw{linux011::parent_writable, "parent-writable", "the parent's entry stays writable",
         "a line dropped from copy_page_tables", Law::sole_writer, false},
    Flaw{linux011::uncounted_copy, "uncounted-copy", "un_wp_page leaves the old count as it was",
         "a line dropped", Law::exact_count, false},
};

constexpr std::array xv6_rows = {
    Flaw{xv6::oom_kills, "oom-kills", "a fault that finds no memory kills the process",
         "lab cow: \"the process should be killed\"", Law::refused_unchanged, true},
    Flaw{xv6::partial_copyout, "partial-copyout",
         "copyout has written some pages when it meets one that it may not", "kernel/vm.c",
         Law::refused_unchanged, true},
    Flaw{xv6::always_copies, "always-copies", "the last one that has a page copies it, too",
         "lab cow, the plan of attack", Law::frugal, true},
    Flaw{xv6::blind_copyout, "blind-copyout", "copyout writes where walkaddr points",
         "lab cow: \"modify copyout\"", Law::isolation, false},
    Flaw{xv6::cow_on_read_only, "cow-on-read-only", "uvmcopy marks pages that nobody may write",
         "lab cow, hints", Law::permission, false},
    Flaw{xv6::lazy_is_absent, "lazy-is-absent",
         "copyin and copyout refuse pages that were not touched yet", "lab lazy, hints",
         Law::permission, false},
    Flaw{xv6::counts_first, "counts-first",
         "uvmcopy counts before mappages, which may find no memory", "a mistake of order",
         Law::exact_count, false},
    Flaw{xv6::frees_shared, "frees-shared", "kfree does not look at the count",
         "lab cow, before its second step", Law::no_dangling, false},
};

constexpr std::array rsw_rows = {
    xv6_rows[0],
    xv6_rows[1],
    xv6_rows[3],
    Flaw{xv6::wraps, "wraps", "two bits are taken for enough", "a line dropped", Law::exact_count,
         false},
};

}  // namespace

constinit const std::span<const Flaw> linux011_flaws = linux011_rows;
constinit const std::span<const Flaw> xv6_flaws = xv6_rows;
constinit const std::span<const Flaw> rsw_flaws = rsw_rows;

}  // namespace cow::props
