#pragma once

#include <vector>

#include "proofs/state.h"

/// What other CPUs may have done while a thread had no lock, or waited for one: any number of any
/// steps. So all that it saw is forgotten, and assumed are the laws (judge.cpp), and of what it saw
/// the following, each by its name. Each is a consequence of the locking rules, and what every step
/// owes to the threads that rely on it is a goal of every step: `others_may_rely_on_it`.
namespace cow::proofs {

/// Between two moments at which it gives up a lock a thread is alone with what the lock protects.
struct Segment {
  State before, after;
  bool changes;
};

/// What a thread keeps while other CPUs run.
struct Kept {
  bool space = false;          ///< its space, shared at least
  bool table = false;          ///< the lock of the table of its page
  std::vector<Frame> lent;     ///< short references
  std::vector<Frame> passing;  ///< pins that it has counted
  std::vector<Frame> walked;   ///< what a walk of the instruction that is under way came to
};

namespace rely {
/// While a space is shared its areas stay (SharedSpaceLock; R5).
inline constexpr const char* areas_stay = "rely: areas stay";
/// While a space is shared, what one of its pages has alone or shares as memory stays where it is,
/// and whatever marks its pages have stay, but that one is written: whoever takes such a page
/// away, gives it up, protects it or guards it has the space alone.
inline constexpr const char* own_pages_stay = "rely: own pages stay";
/// A reference that a thread took is counted until it puts it.
inline constexpr const char* references_count = "rely: references count";
/// Nobody writes to what another thread has a short reference to, but who had it alone before, and
/// who shares it as memory.
inline constexpr const char* lent_bytes_stay = "rely: lent bytes stay";
/// Nobody puts what a CPU may be using until it is between two instructions (R6).
inline constexpr const char* instructions_are_awaited = "rely: instructions are awaited";
/// Nobody changes an entry whose table another thread has locked.
inline constexpr const char* locked_entries_stay = "rely: locked entries stay";
}  // namespace rely

Cond area_stays(const State& before, const State& after, const Slot& slot);
/// What stays of a page that is its process's own, or shared memory.
Cond own_page_stays(const State& before, const State& after, const Slot& slot);
/// What stays of the bytes of a frame that is lent, unless `owner` has it alone, or an object holds
/// it.
Cond lent_byte_stays(const State& before, const State& after, const Slot& owner, const Frame& frame,
                     const Offset& at);

/// Any state that the laws allow and that agrees with `before` in what the thread relies on, which
/// is assumed on this path. `place` is the slot of its page.
State after_others(const State& before, int relocks, const Slot& place, const Kept& kept);

}  // namespace cow::proofs
