#pragma once

#include <functional>
#include <optional>
#include <string>
#include <type_traits>
#include <vector>

#include "impl/kernel/access.h"
#include "impl/kernel/collapse.h"
#include "impl/kernel/migrate.h"
#include "impl/kernel/remap.h"
#include "impl/kernel/small_page.h"
#include "proofs/invariants.h"
#include "proofs/kernel_on_terms.h"
#include "proofs/step.h"

namespace cow::proofs {

/// What a step answered.
struct Outcome {
  kernel::Status status = kernel::Status::ok;
  std::optional<Byte> read = std::nullopt;
  std::optional<State> undone = std::nullopt;  ///< fork_undo: after it was undone once
  std::optional<State> owing = std::nullopt;   ///< entries are gone, and their references not yet
};

/// The same step on the same state but for the bytes, of which the acting process's are the same.
struct Twin {
  Outcome outcome;
  State after;
};

/// One way through a step.
struct Path {
  std::vector<Cond> conditions;  ///< the sides that it took
  std::vector<Cond> facts;       ///< what the machine gave on it
  Outcome outcome;
  State after;
  Cond misused;
  std::vector<Deed> deeds;
  std::vector<Frame> fresh;
  Twin twin;
  std::vector<Segment> segments;  ///< one, where it gives up no lock in between
  bool turns_alike = true;        ///< its loop began again with what it began with
  std::size_t in_hand = 0;        ///< references that it did not give back
  bool is_shown = false;          ///< a whole state is known from which it is taken

  Cond taken() const;
};

/// Of a step that gives up locks each segment is asked about, as if it were all.
struct Question {
  const Scene& scene;
  const State& before;
  const Path& path;
  bool last = true;  ///< the segment in which it answered
};

/// Is the slot one of the process whose page the step is about?
inline Cond is_of_actor(const State& state, const Scene& scene, const Slot& slot) {
  return state.process_of(slot) == state.process_of(scene.place) && !state.is_object(slot);
}

/// Something that a step must achieve beyond keeping the invariants, under the law it belongs to.
/// Nothing where the path is none that it speaks about.
struct Goal {
  kernel::Law law;
  const char* says;
  std::function<std::optional<Cond>(const Question&)> holds;
};

/// What becomes of the marks that entries have: given up, write-protected, not written, a guard
/// (State). They stay with their pages, but where this says other.
struct Marks {
  bool goes = false;      ///< nothing is at `place` afterwards
  bool written = false;   ///< `place` may be written, and counts as written then
  bool to_child = false;  ///< the page is at `child`, too, or now, but not write-protected there
  bool asks = false;      ///< the step is about those at `place`: its goals say what they are
  bool two = false;       ///< and all of it is so at `child`, too
};

/// A step, what its caller guarantees besides the invariants, and what it must achieve.
struct Spec {
  Step step;
  const char* name;
  const char* code;  ///< the function of impl/kernel that it runs, or is about
  std::vector<Invariant> premises;
  std::vector<Goal> goals;
  bool runs_code = true;  ///< else it is a lemma: nothing but its goals is to be shown
  std::vector<std::string> never = {};  ///< branches that its premises rule out, in words
  bool huge = false;                    ///< its slots are leaves of huge pages
  bool composed = false;                ///< of steps whose branches are asked about by themselves
  int relocks = 0;                      ///< how often a path of it lets other CPUs run, at most
  Marks marks = {};
};

const std::vector<Spec>& specs();

/// The translation of the page that `set_accessed` named, then one byte through it.
template <class M>
Outcome run_access(M& m, const Scene& scene, bool write) {
  const kernel::Instruction<M> running(m, scene.cpu);
  const auto frame = kernel::translate(m, scene.cpu, m.state().process_of(scene.place), 0, write);
  if (!frame) return {kernel::Status::segfault};
  if (!write) return {kernel::Status::ok, m.read_byte(*frame, scene.offset)};
  m.write_byte(*frame, scene.offset, scene.value);
  return {kernel::Status::ok};
}

template <class M>
Outcome run_fork(M& m, const Scene& scene, bool undo) {
  const typename M::Place place{scene.place}, child{scene.child};
  const auto status = kernel::fork_page(m, place, child, m.state().area(scene.place));
  if (!undo) return {status};
  m.flush_process(scene.forking);
  kernel::zap_page(m, child);
  Outcome outcome{kernel::Status::no_memory};
  outcome.undone = m.state();
  kernel::zap_page(m, child);
  return outcome;
}

template <class M>
Outcome run_move(M& m, const Scene& scene) {
  m.hold_spaces();
  kernel::move_leaf(m, typename M::Place{scene.place}, typename M::Place{scene.child});
  return {};
}

/// What kernel::migrate_frame does to a frame that one entry names.
template <class M>
Outcome run_migrate(M& m, const Scene& scene) {
  const typename M::Place place{scene.place};
  const auto old = m.load(place).frame();
  kernel::suspend_page(m, place);
  const auto fresh = m.allocate();
  if (!fresh.ok) return kernel::resume_page(m, place), Outcome{kernel::Status::no_memory};
  m.copy_page(fresh.frame, old);
  kernel::resume_on(m, place, fresh.frame, true);
  return {};
}

template <class M>
Outcome run_migrate_frame(M& m, const Scene& scene) {
  m.hold_spaces();
  const auto allocate = [&] { return m.allocate(); };
  const bool moved = kernel::migrate_frame(m, m.state().frame(scene.place), allocate);
  return {moved ? kernel::Status::ok : kernel::Status::no_memory};
}

template <class M>
Outcome run_pin(M& m, const Scene& scene, const Area& area) {
  std::optional<Frame> frame;
  const bool write = static_cast<bool>(scene.new_write);  // for writing, or for reading
  return {kernel::pin_page(m, typename M::Place{scene.place}, 0, area, write, &frame)};
}

template <class M>
Outcome run_huge_step(Step step, M& m, const Scene& scene);
template <class M>
Outcome run_relock_step(Step step, M& m, const Scene& scene);
template <class M>
Outcome run_mark_step(Step step, M& m, const Scene& scene);
template <class M>
Outcome run_batch_step(Step step, M& m, const Scene& scene);
template <class M>
Outcome run_pool_step(Step step, M& m, const Scene& scene);

template <class M>
Outcome run_small_step(Step step, M& m, const Scene& scene) {
  const typename M::Place place{scene.place};
  const Area area = m.state().area(scene.place);
  switch (step) {
    case Step::initial:
    case Step::exit_end:
    case Step::all_gone:
      break;
    case Step::demand_zero:
      return {kernel::demand_zero(m, place, area)};
    case Step::demand_object:
      return {kernel::demand_object(m, place, {m.state().object_of(scene.place)}, area)};
    case Step::demand_zero_page:
      return kernel::demand_zero_page(m, place, area), Outcome();
    case Step::write_fault:
      return {kernel::write_fault(m, place, area)};
    case Step::move_to_copy:
      return {kernel::move_to_copy(m, place, area, static_cast<bool>(scene.new_write))};
    case Step::unshare:
      return {kernel::unshare(m, place, area)};
    case Step::pin_page:
      return run_pin(m, scene, area);
    case Step::unpin:
      m.put_pinned(m.state().frame(scene.place));
      break;
    case Step::swap_out:
      return kernel::swap_out(m, place), Outcome();
    case Step::swap_in:
      return {kernel::swap_in(m, place, area)};
    case Step::move_page:
      return run_move(m, scene);
    case Step::suspend_page:
      return kernel::suspend_page(m, place), Outcome();
    case Step::resume_page:
      return kernel::resume_page(m, place), Outcome();
    case Step::migrate_page:
      return run_migrate(m, scene);
    case Step::migrate_frame:
      return run_migrate_frame(m, scene);
    case Step::migrate_sharer:
      return kernel::resume_on(m, place, m.state().frame(scene.child), false), Outcome();
    case Step::gather_page:
      return kernel::gather_page(m, place, m.state().frame(scene.child)), Outcome();
    case Step::fork_page:
    case Step::fork_undo:
      return run_fork(m, scene, step == Step::fork_undo);
    case Step::fork_flush:
      m.flush_process(scene.forking);
      break;
    case Step::exit_page:
      m.set_visited(scene.place);
      [[fallthrough]];
    case Step::unmap_page:
    case Step::drop_page:
      kernel::zap_page(m, place);
      break;
    case Step::protect_page: {
      const Area next(area.is_shared(), area.cow, scene.new_read, scene.new_write);
      m.set_area(scene.place, next);
      kernel::protect_page(m, place, next);
      break;
    }
    default:
      break;
  }
  return {};
}

/// Runs a step of the group on `m`, a TermMachine or a mutant of it.
template <Group group, class M>
Outcome run_step_of(Step step, M& m, const Scene& scene) {
  m.set_accessed(scene.place);
  if constexpr (group == Group::small) return run_small_step(step, m, scene);
  if constexpr (group == Group::access) return run_access(m, scene, step == Step::store);
  if constexpr (group == Group::marks) return run_mark_step(step, m, scene);
  if constexpr (group == Group::relock) return run_relock_step(step, m, scene);
  if constexpr (group == Group::huge) return run_huge_step(step, m, scene);
}

/// Runs the step, which is one of those groups.
template <Group... groups, class M>
Outcome run_step(Step step, M& m, const Scene& scene) {
  std::optional<Outcome> outcome;
  const auto run = [&]<Group group>(std::integral_constant<Group, group>) {
    if (group_of(step) == group) outcome = run_step_of<group>(step, m, scene);
  };
  (run(std::integral_constant<Group, groups>()), ...);
  return outcome.value();
}

}  // namespace cow::proofs

#include "proofs/batch_run.h"
#include "proofs/huge_run.h"
#include "proofs/mark_run.h"
#include "proofs/pool_run.h"
#include "proofs/relock_run.h"
