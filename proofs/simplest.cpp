#include "proofs/simplest.h"

namespace cow::proofs {

namespace {

using Wishes = std::vector<Cond>;

bool grant(Solver& solver, const Cond& wish) {
  solver.push();
  solver.add(wish);
  const auto answer = solver.check();
  solver.pop();
  if (answer != Answer::satisfiable) return false;
  solver.add(wish);
  return true;
}

void grant_most(Solver& solver, const Wishes& wishes) {
  Cond all = true;
  for (const auto& wish : wishes) all = all && wish;
  if (grant(solver, all)) return;
  for (const auto& wish : wishes) grant(solver, wish);
}

template <class T, class Wish>
Wishes of_each(const std::vector<T>& all, Wish wish) {
  Wishes wishes;
  for (const auto& one : all) wishes.push_back(wish(one));
  return wishes;
}

}  // namespace

void prefer_simple(Solver& solver, const SmallWorld& world, const Scene& scene, const State& s) {
  const auto& slots = world.points.slots;
  const auto& frames = world.points.frames;
  const auto& swaps = world.points.swaps;
  const auto offset = any_point().offset;
  const std::vector<Wishes> all = {
      of_each(frames, [&](auto& f) { return s.others(f) == 0; }),
      of_each(frames, [&](auto& f) { return s.pins(f) == 0; }),
      of_each(frames, [&](auto& f) { return s.in_hand(f) == 0; }),
      of_each(slots, [&](auto& slot) { return !s.is_object(slot) && !s.has_object(slot); }),
      of_each(slots, [&](auto& slot) { return !s.wp(slot) && !s.guard(slot); }),
      of_each(slots, [&](auto& slot) { return s.dirty(slot) && !s.unwritten(slot); }),
      of_each(frames, [&](auto& f) { return !s.was_cached(f) && !s.is_merged(f); }),
      of_each(frames, [&](auto& f) { return !State::is_zero(f) && !s.pooled(f); }),
      of_each(swaps, [&](auto& swap) { return s.names(swap) == 0; }),
      of_each(slots, [&](auto& slot) { return !s.cached(scene.cpu, slot); }),
      of_each(slots, [&](auto& slot) { return slot == scene.place || s.empty_at(slot); }),
      of_each(slots, [&](auto& slot) { return s.may_write(slot); }),
      of_each(slots, [&](auto& slot) { return implies(s.present(slot), s.readable(slot)); }),
      of_each(frames, [&](auto& f) { return s.bytes(f, offset) == zero_byte(); }),
  };
  for (const auto& wishes : all) grant_most(solver, wishes);
  solver.check();
}

}  // namespace cow::proofs
