#include <array>

#include "impl/sketches/counted.h"
#include "impl/sketches/directory.h"
#include "impl/sketches/full_copy.h"
#include "impl/sketches/marked.h"
#include "props/subjects/historic_flaws.h"

namespace cow::props {

namespace {

using sketches::Counted;
using sketches::Directory;
using sketches::FullCopy;
using sketches::Marked;

constexpr std::string_view sketch = "as sketched";
constexpr std::string_view dropped = "a line dropped";

constexpr std::array full_copy_rows = {
    Flaw{FullCopy::no_rollback, "no-rollback", "fork returns -ENOMEM from the middle of its loop",
         sketch, Law::exact_count, true},
    Flaw{FullCopy::dirty_pages, "dirty-pages", "a fresh page is handed out as it lies in memory",
         sketch, Law::no_disclosure, true},
    Flaw{FullCopy::skips_copy, "skips-copy", "the child's pages are not copied", dropped,
         Law::isolation, false},
};

constexpr std::array marked_rows = {
    Flaw{Marked::no_flush, "no-flush", "the parent's TLB still lets it write", sketch,
         Law::tlb_coherent, true},
    Flaw{Marked::never_counts, "never-counts",
         "whoever unmaps a page frees it, whoever copies one forgets it", sketch, Law::no_dangling,
         true},
    Flaw{Marked::marks_read_only, "marks-read-only",
         "what nobody may write is marked too, and so becomes writable", sketch, Law::permission,
         true},
    Flaw{Marked::unchecked, "unchecked", "alloc_page is believed to succeed", sketch, Law::progress,
         true},
    Flaw{Marked::always_copies, "always-copies", "the last one that has a page copies it, too",
         sketch, Law::frugal, true},
};

constexpr std::array counted_rows = {
    Flaw{Counted::no_flush, "no-flush", "copy_pte_range flushes nothing; in Linux its caller does",
         "dup_mmap in kernel/fork.c", Law::tlb_coherent, true},
    Flaw{Counted::head_count, "head-count",
         "a huge page is counted at its head, whatever maps its other parts",
         "the same mistake as Linux c444eb564fb1", Law::isolation, true},
    Flaw{Counted::fallback_leak, "fallback-leak",
         "the fallback gives up and keeps the small pages that it has got", sketch,
         Law::exact_count, true},
    Flaw{Counted::stale_huge, "stale-huge", "the fallback does not flush the huge page", dropped,
         Law::tlb_coherent, false},
};

constexpr std::array directory_rows = {
    Flaw{Directory::no_flush, "no-flush", "fork flushes nothing", sketch, Law::tlb_coherent, true},
    Flaw{Directory::uncounted, "uncounted",
         "a table that is filled in counts none of the pages that it names", sketch, Law::isolation,
         true},
    Flaw{Directory::stays_writable, "stays-writable",
         "entries keep their write permission when their table is copied", sketch, Law::isolation,
         true},
    Flaw{Directory::exit_frees, "exit-frees", "exit frees all below it, whoever else has it",
         sketch, Law::no_dangling, true},
    Flaw{Directory::unmaps_shared, "unmaps-shared",
         "unmap clears entries of a table that others share", sketch, Law::isolation, true},
};

}  // namespace

constinit const std::span<const Flaw> full_copy_flaws = full_copy_rows;
constinit const std::span<const Flaw> marked_flaws = marked_rows;
constinit const std::span<const Flaw> counted_flaws = counted_rows;
constinit const std::span<const Flaw> directory_flaws = directory_rows;

}  // namespace cow::props
