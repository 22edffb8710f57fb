#pragma once

#include <cstdint>
#include <map>

#include "model/op.h"
#include "model/status.h"

// Of the second model: who may wait for whom, and who has whose memory.

namespace cow::model {

class SimpleFamily {
 public:
  using Name = std::uint32_t;

  bool waits(Name proc) const {
    for (const auto& [child, lender] : lenders_) {
      if (lender == proc) return true;
    }
    return false;
  }
  void born(const Op& op) {
    parents_[op.child] = op.proc;
    if (op.kind == Kind::vfork) lenders_[op.child] = op.proc;
  }
  /// The memory of a process that execs or exits: goes back to who lent it, or goes.
  template <class Spaces>
  void leave(Spaces& spaces, Name proc) {
    if (lenders_.contains(proc)) spaces[lenders_[proc]] = spaces[proc];
    lenders_.erase(proc);
    spaces[proc].clear();
  }
  void died(Name proc) {
    std::erase_if(parents_, [proc](const auto& entry) { return entry.second == proc; });
  }
  Status wait(const Op& op, bool alive) {
    if (!parents_.contains(op.child) || parents_[op.child] != op.proc) return Status::no_process;
    if (alive) return Status::busy;
    parents_.erase(op.child);
    return Status::ok;
  }

 private:
  std::map<Name, Name> parents_, lenders_;  ///< [child]
};

}  // namespace cow::model
