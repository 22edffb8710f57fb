#pragma once

#include "props/shrink/search.h"

/// The ways to make a trace simpler. Each function is one pass: it proposes candidates made from
/// the best trace, goes on from every success, and answers whether there was one. A pass whose
/// answer is false has tried all its candidates on the trace that the search ended with.
namespace cow::props {

/// Passes that try combinations of operations leave longer traces alone.
inline constexpr std::size_t pairs_up_to = 24;
inline constexpr std::size_t triples_up_to = 12;

// removal.cpp

/// Removes at once what shares a meaning: all operations away from the failing one's pages, all
/// of one kind, all of one process, all of one pin. Never the failing operation itself.
bool remove_by_meaning(Search& search);

/// Removes runs of neighbours, from half the trace down to single operations, and the latter until
/// none can go. (Delta debugging: Zeller, Hildebrandt, IEEE TSE 28(2), 2002.)
bool remove_chunks(Search& search);

/// Removes any two operations at once, in short traces any three.
bool remove_together(Search& search);

/// In short traces: puts an operation elsewhere, if the order is simpler then or if that does away
/// with another operation.
bool remove_by_moving(Search& search);

// processes.cpp

/// Does without a fork: the child's operations go to its parent, in short traces to any process,
/// or go away with it, or parent and child swap roles.
bool redirect_processes(Search& search);

/// Numbers processes, CPUs and the pins of each process in the order in which they appear. P0
/// keeps its name, since it is the one that is alive at the start.
bool rename_in_order(Search& search);

// pages.cpp

/// Cuts pages out of the address space: what lies above moves down, ranges around them shrink,
/// what lies on them is gone. So gaps close and everything moves towards page 0.
bool cut_pages(Search& search);

/// In short traces: moves all operations that start at one page to a lower page that is in use.
bool fold_pages(Search& search);

/// Does without a remap: what came later to where the pages went comes to where they are, or what
/// came before to where they were comes to where they go.
bool stay_in_place(Search& search);

/// In short traces: replaces two operations by one over both their ranges.
bool merge_ranges(Search& search);

// values.cpp

/// Simplifies one field in all operations at once.
bool simplify_all(Search& search);

/// Simplifies single operations, one field at a time.
bool simplify_single(Search& search);

/// In short traces: makes an access a write of the whole page, if that does away with another
/// operation.
bool strengthen_accesses(Search& search);

}  // namespace cow::props
