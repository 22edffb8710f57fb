#pragma once

#include "proofs/map.h"
#include "proofs/names.h"

namespace cow::proofs {

/// Numbers the present entries of each frame 0 .. holders - 1, so that "the count equals the
/// number of entries" needs no sets and no sums. A ghost: the kernel never sees it.
struct Ledger {
  Map<Number, Frame> holders;
  Map<Number, Slot> index;         ///< of a present slot, its number among its frame's
  Map<Slot, Frame, Number> owner;  ///< the slot of that number

  void append_if(const Cond& condition, const Frame& frame, const Slot& slot) {
    const auto end = holders(frame);
    owner.set_if(condition, frame, end, slot);
    index.set_if(condition, slot, end);
    holders.set_if(condition, frame, end + 1);
  }

  /// The last one moves into the hole.
  void remove_if(const Cond& condition, const Frame& frame, const Slot& slot) {
    const auto end = holders(frame) - 1;
    const auto hole = index(slot);
    const auto last = owner(frame, end);
    owner.set_if(condition, frame, hole, last);
    index.set_if(condition, last, hole);
    holders.set_if(condition, frame, end);
  }
};

}  // namespace cow::proofs
