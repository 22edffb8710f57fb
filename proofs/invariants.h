#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "impl/kernel/law.h"
#include "proofs/state.h"

namespace cow::proofs {

/// Which parts of a Point a condition looks at, so over which it is to be assumed.
enum class Over { once, slot, frame, frame_and_index, swap, swap_and_index, cpu_and_slot };

/// A condition on a state at a point, with a name. Those with a law are proved by every step;
/// those without are assumed of every state, and this is all that is.
struct Invariant {
  const char* name;
  std::optional<kernel::Law> law;
  Over over;
  std::function<Cond(const State&, const Point&)> at;
};

/// What holds between operations: the laws, in the words of impl/kernel/laws.h, what they need
/// to be inductive, and how slots, processes and objects hang together.
const std::vector<Invariant>& invariants();

/// Where premises are assumed.
struct Points {
  std::vector<Slot> slots;
  std::vector<Frame> frames;
  std::vector<Swap> swaps;
  std::vector<Cpu> cpus;
  std::vector<Number> indices, swap_indices;  ///< in the ledgers of frames and of swap
};

/// The slots, frames and so on that the question names, and those one step further. Assuming the
/// invariants there only is less than assuming them everywhere, so what is proved is proved.
Points named_points(const State& state, const Scene& scene, const std::vector<Frame>& fresh);

/// A world that is so small that every slot and frame of it can be listed, and the condition
/// that there are no others. A model of this is a whole state, not a part of one.
struct SmallWorld {
  Points points;
  std::vector<Cond> closure;
};
SmallWorld small_world(const State& state, const Scene& scene, const std::vector<Frame>& fresh);

/// The invariant at every point that it speaks about.
std::vector<Cond> instances(const Invariant& invariant, const State& state, const Points& points);

}  // namespace cow::proofs
