#pragma once

#include <memory>
#include <vector>

#include "model/reference.h"
#include "props/explore/explorable.h"
#include "props/explore/lines.h"
#include "props/explore/notes.h"
#include "props/explore/sections.h"
#include "props/lockstep/lost_pages.h"

namespace cow::props::explore {

/// A subject beside the reference and the bounds of the lockstep, whose whole state can be saved
/// and put back. It judges as props/lockstep/lockstep.h does, and only says whether something is
/// wrong; the lockstep says what (pair_test compares the two). What is about a step is judged
/// after every step, what is about a state only when the state is new.
class Pair {
 public:
  Pair(std::unique_ptr<Explorable> subject, const Scope& scope);

  /// All of a state. What is left out cannot matter: counters, what the order checks remember of
  /// the operation before, and areas and pooled frames beyond the last, all of which `settle`
  /// clears.
  struct Saved {
    Lines::Copy lines;
    model::Reference reference;
    SharingBound bound;
    FaultBound faults;
  };

  void reset();
  Saved save();
  void save(Saved& saved);
  void restore(const Saved& saved);

  /// Clears what cannot matter: to be called after each step, when it was judged.
  void settle() {
    forget_step();
    forget_areas();
    forget_pooled();
    forget_generations();
    forget_parents();
  }
  /// One half of that: what speaks of the last operation only.
  void forget_step();

  // Below, the state is settled.

  /// Is it still the saved one? Then the step that came between was a mere look. Only after a step
  /// that the reference refused, or a read, which leave the reference as it is.
  bool same_as(const Saved& saved) const;
  /// The same of what the checkers know, which is the rest of it when the step was `untouched`.
  bool same_checkers(const Saved& saved) const;
  /// Which lines of the machine are not as they were.
  Lines::Changes changes(const Saved& saved) const;
  /// Tells states apart, as `fingerprint` does forms (codec.h).
  std::uint64_t fingerprint(const Saved& saved, Lines::Changes changes);
  static std::uint64_t fingerprint(const Saved& saved);
  /// Copies those of the machine's lines that have changed, puts all back, and answers what
  /// `fingerprint` would have: at once.
  std::uint64_t take_back(const Saved& saved, const Lines::Changes& changes, Lines::Line* to);
  /// Puts back what has changed.
  void restore(const Saved& saved, const Lines::Changes& changes);

  /// Performs `op` on both. False when the answer or the costs are wrong. Half of all operations
  /// are refused and touch nothing of the machine, not even a count: given the settled state that
  /// this is, most of what is asked of a step has its answer then (see `untouched`).
  bool step(const model::Op& op, const Saved* settled = nullptr);
  /// What the subject answered then.
  model::Status status() const { return status_; }
  /// Was it refused, as the reference says, and left the machine's lines as they were?
  bool untouched() const { return untouched_; }

  /// Does again what a right step did to the saved state, which this is: takes the lines that it
  /// changed from `lines`, and performs it on the checkers only.
  void redo(const model::Op& op, model::Status status, const Lines::Changes& changes,
            const Lines::Line* lines);

  /// Audits the state and compares what every process sees. False when a law is broken.
  bool lawful();

  /// The smallest value v > 0 so that no byte of memory is v or v + 1: what a write writes, so that
  /// nothing can be mistaken for anything else.
  std::uint8_t fresh_value() const;

  /// Has an allocation failed since the start? Then the bound on frames is looser.
  bool memory_was_short() const;

  const model::World& world() const { return world_; }

  /// The whole state: the machine, then the notes of the checkers, brought up to date.
  const Lines& lines();
  /// How many of them are the machine's; copies those that have changed.
  std::size_t machine_lines() const { return machine_lines_; }
  void copy(const Lines::Changes& changes, Lines::Line* to) const { lines_.copy(changes, to); }
  /// Makes the checkers what the notes among the lines say.
  void follow_notes() { notes_.read(reference, bound, faults); }

  std::unique_ptr<Explorable> subject;
  Sections sections;
  model::Reference reference;
  SharingBound bound;
  FaultBound faults;

 private:
  model::Answer follow(const model::Op& op, model::Status want, model::Status got);
  void forget_areas();
  void forget_pooled();
  void forget_generations();
  /// Whose child a process is, where nobody ever waits. A parent that is not alive is an error.
  void forget_parents() {
    for (std::uint32_t p = 0; !waits_ && p < world_.procs; ++p) {
      auto& parent = sections.processes[p].parent;
      if (parent != 0 && sections.processes[parent - 1].alive != 0) parent = 0;
    }
  }
  void restore_checkers(const Saved& saved);
  bool sees_rightly(std::uint32_t process) const;
  bool pins_rightly(std::uint32_t process) const;
  std::uint64_t event(kernel::Event e) const {
    return sections.header->events[static_cast<std::size_t>(e)];
  }

  model::World world_;
  /// Of a lawful process: one a page that operations name. With more it maps a page that none
  /// names, which `lawful` finds whatever the areas say; so lines have no more either.
  std::uint32_t most_areas_;
  bool waits_;  ///< some operation waits for a child
  Notes notes_;
  Lines lines_;
  std::size_t machine_lines_ = 0;
  model::Status status_ = model::Status::ok;
  bool untouched_ = false;
  LostPages lost_;
};

}  // namespace cow::props::explore
