#include "props/proved/reached.h"

#include <algorithm>
#include <set>

namespace cow::props::proved {

std::uint64_t look_at_random(const model::World& base, std::uint64_t seed, const Look& look) {
  const auto world = draw_world(base, seed);
  model::Reference reference(world);
  const auto subject = explore::open_explorable<Machine>(world);
  Draw draw(world, seed);
  model::Trace trace{world, {}};
  const auto length = Random(seed).between(20, 120);
  while (trace.ops.size() < length && reference.living() > 0) {
    const auto op = draw.next(reference);
    trace.ops.push_back(op);
    if (subject->perform(op).status == model::Status::ok) reference.perform(op);
    if (!look(subject->machine(), trace)) break;
  }
  return trace.ops.size();
}

std::uint64_t look_at_scope(const explore::Scope& scope, std::size_t limit, const Look& look) {
  const auto subject = explore::open_explorable<Machine>(scope.world);
  subject->reset();
  using Block = std::vector<std::byte>;
  const auto block = [&] { return subject->machine().block_bytes(); };
  struct State {
    Block block;
    std::vector<model::Op> ops;
  };
  std::vector<State> states = {{{block().begin(), block().end()}, {}}};
  std::set<Block> seen = {states[0].block};
  for (std::size_t next = 0; next < states.size() && states.size() < limit; ++next) {
    for (const auto& op : scope.ops) {
      std::ranges::copy(states[next].block, block().begin());
      subject->perform(op);
      Block now(block().begin(), block().end());
      if (!seen.insert(now).second) continue;
      auto ops = states[next].ops;
      ops.push_back(op);
      if (!look(subject->machine(), {scope.world, ops})) return states.size();
      states.push_back({std::move(now), std::move(ops)});
      if (states.size() >= limit) break;
    }
  }
  return states.size();
}

std::uint64_t look_at_trace(explore::Explorable& subject, const model::Trace& trace,
                            const Look& look) {
  model::Trace done{trace.world, {}};
  for (const auto& op : trace.ops) {
    subject.perform(op);
    done.ops.push_back(op);
    if (!look(subject.machine(), done)) break;
  }
  return done.ops.size();
}

bool Held::operator()(const Machine& machine, const model::Trace& trace) {
  for (const bool huge : {false, true}) {
    const auto state = huge ? huge_state(machine) : small_state(machine);
    for (const auto& invariant : invariants_) {
      const auto where = where_broken(invariant, state);
      if (where.empty()) continue;
      broken_ = {invariant.name, where, invariant.law, trace, huge};
      return false;
    }
  }
  return true;
}

}  // namespace cow::props::proved
