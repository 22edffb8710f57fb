#pragma once

#include "fuzz/idiom_parts.h"

/// Stories of pages whose frames change.
namespace cow::fuzz {

/// Small pages, some shared, become huge; then both write. Now and then a device is in the way.
Ops collapse_after_fork(Scene& s);

/// Pages change their frames under several processes, in the middle of all that they share.
Ops migrate_what_is_shared(Scene& s);

/// Pages that were written alike share a frame, across a fork too; then one is written.
Ops merge_alike_pages(Scene& s);

/// The kernel writes where the processor would fault: to a page that a fork shares, and that its
/// process may no longer write.
Ops kernel_writes_after_fork(Scene& s);
/// Pages that are given up, written again, and meet a pageout behind a fork.
Ops give_up_and_write(Scene& s);
/// Guards in the middle of what was written, across a fork, a move and a dontneed.
Ops guard_what_was_there(Scene& s);
/// What was written since the marks were cleared, on its way through swap, a migration or a split.
Ops clear_refs_and_write(Scene& s);
/// Memory that is lent, written and perhaps forked under its borrower, and comes back.
Ops lend_and_return(Scene& s);

}  // namespace cow::fuzz
