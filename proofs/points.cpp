#include <string>

#include "proofs/invariants.h"

namespace cow::proofs {

namespace {

Cond among(const auto& term, const auto& list) {
  Cond found = false;
  for (const auto& one : list) found = found || term == one;
  return found;
}

template <class T>
std::vector<T> numbered(const char* prefix, int count) {
  std::vector<T> list;
  for (int i = 1; i <= count; ++i) list.emplace_back((prefix + std::to_string(i)).c_str());
  return list;
}

constexpr int slots_of_world = 4;

}  // namespace

Points named_points(const State& state, const Scene& scene, const std::vector<Frame>& others,
                    int last) {
  const auto any = any_point();
  Points points;
  points.last = last;
  for (const auto& slot : {scene.place, scene.child, any.slot}) {
    points.slots.push_back(slot);
    points.slots.push_back(state.object_of(slot));
    points.slots.push_back(state.held_at(state.frame(slot)));
  }
  points.cpus = {any.cpu, scene.cpu};
  points.frames = others;
  points.frames.push_back(any.frame);
  points.frames.push_back(zero_frame());
  for (const auto& slot : points.slots) points.frames.push_back(state.frame(slot));
  const auto found = state.frame_of(state.swap(scene.place));  // by a page that comes back
  points.slots.push_back(state.held_at(found));
  for (const auto& frame : others) points.slots.push_back(state.held_at(frame));
  points.slots.push_back(state.held_at(zero_frame()));
  points.swaps = {any.swap, fresh_swap()};
  for (const auto& slot : {scene.place, any.slot}) points.swaps.push_back(state.swap(slot));
  for (const auto& frame : {state.frame(scene.place), any.frame}) {
    points.swaps.push_back(state.swap_of(frame));
  }
  for (const auto& swap : {state.swap(scene.place), any.swap, fresh_swap()}) {
    points.frames.push_back(state.frame_of(swap));
  }
  // The ledger moves the last holder of a frame (`instances`), and tells of any other by its index.
  points.indices = points.swap_indices = {any.index, 0};
  const auto list = [&](const auto& ledger, const auto& named) {
    for (int i = 1; i <= last; ++i) {
      points.listed.push_back(ledger.owner(named, ledger.holders(named) - i));
    }
    points.listed.push_back(ledger.owner(named, any.index));
  };
  for (const auto& frame : points.frames) list(state.ledger, frame);
  for (const auto& swap : points.swaps) list(state.swap_ledger, swap);
  return points;
}

Points with_the_listed(Points points) {
  points.slots.insert(points.slots.end(), points.listed.begin(), points.listed.end());
  points.listed.clear();
  return points;
}

void close(std::vector<Cond>& closure, const State& state, const Points& points) {
  for (const auto& slot : points.slots) {
    closure.push_back(among(state.object_of(slot), points.slots));
    closure.push_back(among(state.frame(slot), points.frames));
    closure.push_back(among(state.swap(slot), points.swaps));
  }
  for (const auto& frame : points.frames) {
    for (const auto* number : {&state.ledger.holders, &state.others, &state.lent, &state.passing}) {
      closure.push_back((*number)(frame) <= slots_of_world);
    }
    for (const auto& index : points.indices) {
      closure.push_back(among(state.ledger.owner(frame, index), points.slots));
    }
    closure.push_back(among(state.swap_of(frame), points.swaps));
    closure.push_back(among(state.held_at(frame), points.slots));
  }
  for (const auto& swap : points.swaps) {
    closure.push_back(among(state.frame_of(swap), points.frames));
    closure.push_back(state.swap_ledger.holders(swap) <= slots_of_world);
    for (const auto& index : points.indices) {
      closure.push_back(among(state.swap_ledger.owner(swap, index), points.slots));
    }
  }
}

SmallWorld small_world(const Scene& scene, const std::vector<Frame>& fresh) {
  const auto any = any_point();
  SmallWorld world;
  auto& points = world.points;
  points.slots = numbered<Slot>("slot", slots_of_world);
  points.frames = numbered<Frame>("frame", 3);
  points.swaps = numbered<Swap>("swap", 2);
  points.cpus = {scene.cpu};
  for (int i = 0; i < slots_of_world; ++i) points.indices.emplace_back(i);
  points.swap_indices = points.indices;
  auto& closure = world.closure;
  closure.push_back(among(zero_frame(), points.frames));
  for (const auto& slot : {scene.place, scene.child, any.slot}) {
    closure.push_back(among(slot, points.slots));
  }
  for (const auto& frame : fresh) closure.push_back(among(frame, points.frames));
  closure.push_back(among(any.frame, points.frames));
  closure.push_back(among(any.swap, points.swaps));
  closure.push_back(among(fresh_swap(), points.swaps));
  closure.push_back(any.cpu == scene.cpu);
  return world;
}

}  // namespace cow::proofs
