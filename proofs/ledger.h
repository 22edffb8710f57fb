#pragma once

#include "proofs/map.h"
#include "proofs/names.h"

namespace cow::proofs {

/// Numbers the entries that name each frame, or each page of swap, 0 .. holders - 1, so that "the
/// count equals the number of entries" needs no sets and no sums. A ghost: the kernel never sees
/// it.
template <class Held>
struct Ledger {
  Map<Number, Held> holders;
  Map<Number, Slot> index;        ///< of a slot that names something, its number among those
  Map<Slot, Held, Number> owner;  ///< the slot of that number

  void append_if(const Cond& condition, const Held& frame, const Slot& slot) {
    const auto end = holders(frame);
    owner.set_if(condition, frame, end, slot);
    index.set_if(condition, slot, end);
    holders.set_if(condition, frame, end + 1);
  }

  /// The last one moves into the hole.
  void remove_if(const Cond& condition, const Held& frame, const Slot& slot) {
    const auto end = holders(frame) - 1;
    const auto hole = index(slot);
    const auto last = owner(frame, end);
    owner.set_if(condition, frame, hole, last);
    index.set_if(condition, last, hole);
    holders.set_if(condition, frame, end);
  }
};

}  // namespace cow::proofs
