#pragma once

#include <vector>

#include "impl/kernel/invariants.h"
#include "proofs/state.h"

namespace cow::proofs {

using kernel::Over;

/// A condition on a state at a point, with a name. Those with a law are proved by every step;
/// those without are assumed of every state, and this is all that is.
using Invariant = kernel::Invariant<State>;

/// What holds between operations: those of impl/kernel/invariants.h, which running machines are
/// held against as well (props/proved), and what only terms have to be told.
const std::vector<Invariant>& invariants();

/// Where premises are assumed.
struct Points {
  std::vector<Slot> slots;
  std::vector<Slot> listed;  ///< which only ledgers name; premises on ledgers are assumed there
  std::vector<Frame> frames;
  std::vector<Swap> swaps;
  std::vector<Cpu> cpus;
  std::vector<Number> indices, swap_indices;  ///< in the ledgers of frames and of swap
  int last = 1;  ///< of each frame, and page of swap, as many last holders in the ledgers, too
};

/// The slots, frames and so on that the question names, and those one step further. Assuming the
/// invariants there only is less than assuming them everywhere, so what is proved is proved.
/// `others`: frames that the question names besides, such as those that were allocated. `last`:
/// how many entries leave one ledger, at most.
Points named_points(const State& state, const Scene& scene, const std::vector<Frame>& others,
                    int last = 1);
/// All premises on slots are assumed at the listed ones, too.
Points with_the_listed(Points points);

/// A world that is so small that every slot and frame of it can be listed, and the condition
/// that there are no others. With `close` a model of this is a whole state, not a part of one.
struct SmallWorld {
  Points points;
  std::vector<Cond> closure;
};
SmallWorld small_world(const Scene& scene, const std::vector<Frame>& fresh);
/// The condition that a state has nothing but what is listed.
void close(std::vector<Cond>& closure, const State& state, const Points& points);

/// The invariant at every point that it speaks about.
std::vector<Cond> instances(const Invariant& invariant, const State& state, const Points& points);

}  // namespace cow::proofs
