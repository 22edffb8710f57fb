#include "proofs/lawful.h"

namespace cow::proofs {

namespace {

/// What a thread brings from one moment to the next is the frame of its page.
std::vector<Lawful::Moment> moments(const Spec& spec, const Scene& scene, int relocks,
                                    std::vector<Frame> frames) {
  std::vector<Lawful::Moment> found;
  for (int at = 0; at <= relocks; ++at) {
    const auto any = at == 0 ? State::unknown() : State::later(at);
    const auto state = spec.huge ? any.with_pool() : any;
    const auto lean = named_points(state, scene, frames, spec.marks.two ? 2 : 1);
    found.push_back({state, state.with_other_bytes(at), lean, with_the_listed(lean)});
    frames.push_back(state.frame(scene.place));
  }
  return found;
}

SmallWorld world_of(const Scene& scene, const std::vector<Lawful::Moment>& moments,
                    const std::vector<Frame>& fresh) {
  auto world = small_world(scene, fresh);
  for (const auto& moment : moments) close(world.closure, moment.state, world.points);
  return world;
}

/// Does it say the same of a state and of one with other bytes?
bool is_blind_to_bytes(const Invariant& invariant, const Lawful::Moment& moment) {
  const auto at = any_point();
  return z3::eq(invariant.at(moment.state, at).term(), invariant.at(moment.twin, at).term());
}

}  // namespace

Lawful::Lawful(const Spec& spec, const Options& options, int relocks,
               const std::vector<Frame>& fresh)
    : spec_(spec),
      options_(options),
      moments_(moments(spec, scene_, relocks, fresh)),
      world_(world_of(scene_, moments_, fresh)),
      lean_(options.timeout),
      small_(options.timeout) {
  assume(lean_);
  assume(small_);
  for (const auto& condition : world_.closure) small_.add(condition);
}

Solver& Lawful::full() {
  if (!full_) assume(*(full_ = std::make_unique<Solver>(options_.timeout)));
  return *full_;
}

const Points& Lawful::points(const Solver& solver, const Moment& moment) const {
  if (&solver == &small_) return world_.points;
  return &solver == &lean_ ? moment.lean : moment.full;
}

void Lawful::assume(Solver& solver) const {
  for (const auto& moment : moments_) {
    const auto add = [&](const Invariant& invariant) {
      if (invariant.name == options_.without) return;
      for (const auto& one : instances(invariant, moment.state, points(solver, moment))) {
        solver.add(one);
      }
    };
    for (const auto& invariant : invariants()) {
      if (spec_.step != Step::initial || !invariant.law) add(invariant);
    }
    for (const auto& premise : spec_.premises) add(premise);
  }
}

Side Lawful::look(std::span<const Cond> all) {
  if (auto whole = look_with(small_)(all); whole.witness) {
    whole.is_whole = true;
    return whole;
  }
  if (!look_with(lean_)(all).feasible) return {};
  return look_with(full())(all);
}

void Lawful::assume_twins(Solver& solver) const {
  if (spec_.step == Step::initial) return;
  for (const auto& moment : moments_) assume_twin(solver, moment, points(solver, moment));
}

void Lawful::assume_twin(Solver& solver, const Moment& moment, const Points& points) const {
  const auto &state = moment.state, &twin = moment.twin;
  const auto add = [&](const Invariant& invariant) {
    if (invariant.name == options_.without || is_blind_to_bytes(invariant, moment)) return;
    for (const auto& one : instances(invariant, twin, points)) solver.add(one);
  };
  for (const auto& invariant : invariants()) add(invariant);
  for (const auto& premise : spec_.premises) add(premise);
  for (const auto& slot : points.slots) {
    for (const auto& offset : {any_point().offset, scene_.offset}) {
      const auto object = state.object_of(slot);
      const Cond same_object = state.view(object, offset) == twin.view(object, offset);
      solver.add(implies(is_of_actor(state, scene_, slot),
                         state.view(slot, offset) == twin.view(slot, offset) &&
                             implies(state.has_object(slot), same_object)));
    }
  }
}

}  // namespace cow::proofs
