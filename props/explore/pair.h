#pragma once

#include <memory>
#include <vector>

#include "model/reference.h"
#include "props/explore/explorable.h"
#include "props/explore/sections.h"
#include "props/lockstep/fault_bound.h"
#include "props/lockstep/sharing_bound.h"

namespace cow::props::explore {

/// A subject beside the reference and the bounds of the lockstep, whose whole state can be saved
/// and put back. It judges as props/lockstep/lockstep.h does, and only says whether something is
/// wrong; the lockstep says what (pair_test compares the two). What is about a step is judged
/// after every step, what is about a state only when the state is new.
class Pair {
 public:
  Pair(std::unique_ptr<Explorable> subject, const model::World& world);

  /// All of a state. What is left out cannot matter: counters, and what the order checks remember
  /// of the operation before, which `settle` forgets.
  struct Saved {
    std::vector<std::byte> block;
    model::Reference reference;
    SharingBound bound;
    FaultBound faults;
  };

  void reset();
  Saved save() const;
  void save(Saved& saved) const;
  void restore(const Saved& saved);

  /// Performs `op` on both. False when the answer or the costs are wrong.
  bool step(const model::Op& op);
  /// What the subject answered then.
  model::Status status() const { return status_; }

  /// Is the state still the saved one? Then the step that came between was a mere look. Only after
  /// a step that the reference refused, or a read, which leave the reference as it is.
  bool same_as(const Saved& saved) const;

  /// Audits the state and compares what every process sees. False when a law is broken.
  bool lawful();

  /// Forgets what only speaks of the operation before: to be called after each step, when it was
  /// judged.
  void settle();

  /// The smallest value v > 0 so that no byte of memory is v or v + 1: what a write writes, so that
  /// nothing can be mistaken for anything else.
  std::uint8_t fresh_value() const;

  /// Has an allocation failed since the start? Then the bound on frames is looser.
  bool memory_was_short() const;

  const model::World& world() const { return world_; }

  std::unique_ptr<Explorable> subject;
  Sections sections;
  model::Reference reference;
  SharingBound bound;
  FaultBound faults;

 private:
  /// Calls `piece(offset, bytes)` for the pieces of the block that hold anything, until one answers
  /// false. The areas that no process uses are left out: they are half of a tiny block.
  template <class Piece>
  bool for_each_piece(Piece piece) const;

  bool answers_rightly(const model::Op& op, model::Status want, const model::Answer& got);
  bool sees_rightly(std::uint32_t process) const;
  std::uint64_t event(kernel::Event e) const {
    return sections.header->events[static_cast<std::size_t>(e)];
  }

  model::World world_;
  model::Status status_ = model::Status::ok;
};

}  // namespace cow::props::explore
