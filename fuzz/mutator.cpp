#include "fuzz/mutator.h"

#include <algorithm>
#include <array>
#include <vector>

#include "fuzz/fields.h"
#include "fuzz/idioms.h"
#include "model/reference.h"
#include "model/trace_bytes.h"
#include "props/draw/draw.h"

namespace cow::fuzz {

using model::Op;
using model::Trace;
using props::Random;

namespace {

constexpr std::uint32_t longest_run = 8;    ///< operations that are removed or moved together
constexpr std::uint32_t longest_draw = 16;  ///< operations that are drawn together

std::uint32_t size_of(const Trace& trace) { return static_cast<std::uint32_t>(trace.ops.size()); }

/// Where to insert: half of the time at the end, where nothing that follows loses its meaning.
std::uint32_t draw_place(const Trace& trace, Random& random) {
  return random.one_in(2) ? size_of(trace) : random.below(size_of(trace) + 1);
}

/// A run of operations, [begin, end). Short runs are likelier.
struct Run {
  std::uint32_t begin, end;
};

Run draw_run(const Trace& trace, Random& random) {
  const auto begin = random.below(size_of(trace));
  const auto length = random.one_in(2) ? 1 : random.between(1, longest_run);
  return {begin, std::min(size_of(trace), begin + length)};
}

std::vector<Op> copy(const Trace& trace, Run run) {
  return {trace.ops.begin() + run.begin, trace.ops.begin() + run.end};
}

void erase(Trace& trace, Run run) {
  trace.ops.erase(trace.ops.begin() + run.begin, trace.ops.begin() + run.end);
}

void insert(Trace& trace, std::uint32_t place, const std::vector<Op>& ops) {
  trace.ops.insert(trace.ops.begin() + place, ops.begin(), ops.end());
}

/// What the reference knows after the first `count` operations.
model::Reference replay(const Trace& trace, std::uint32_t count) {
  model::Reference reference(trace.world);
  for (std::uint32_t i = 0; i < count; ++i) reference.perform(trace.ops[i]);
  return reference;
}

void insert_guided(Trace& trace, Random& random) {
  const auto place = draw_place(trace, random);
  model::Reference now = replay(trace, place);
  props::Draw draw(trace.world, random.next());
  std::vector<Op> ops;
  for (auto left = random.between(1, longest_draw); left > 0 && now.living() > 0; --left) {
    ops.push_back(draw.next(now));
    now.perform(ops.back());
  }
  insert(trace, place, ops);
}

void insert_idiom(Trace& trace, Random& random) {
  const auto place = draw_place(trace, random);
  insert(trace, place, draw_idiom(replay(trace, place), random));
}

void duplicate(Trace& trace, Random& random) {
  const auto ops = copy(trace, draw_run(trace, random));
  insert(trace, draw_place(trace, random), ops);
}

void move(Trace& trace, Random& random) {
  const auto run = draw_run(trace, random);
  const auto ops = copy(trace, run);
  erase(trace, run);
  insert(trace, draw_place(trace, random), ops);
}

void swap_two(Trace& trace, Random& random) {
  const auto one = random.below(size_of(trace));
  std::swap(trace.ops[one], trace.ops[random.below(size_of(trace))]);
}

/// Exactly what bytes can say, and not too long.
void normalise(Trace& trace, std::size_t most) {
  if (trace.ops.size() > most) trace.ops.resize(most);
  trace = model::decode(model::encode(trace), trace.world.geometry);
}

}  // namespace

Mutation draw_mutation(Random& random) {
  using enum Mutation;
  constexpr std::array usual = {guided, guided, guided, idiom,     idiom, remove,
                                remove, field,  field,  duplicate, swap,  move};
  if (random.one_in(20)) return world;
  return usual[random.below(usual.size())];
}

void mutate(Trace& trace, Mutation mutation, Random& random, std::size_t most) {
  if (mutation == Mutation::guided) insert_guided(trace, random);
  if (mutation == Mutation::idiom) insert_idiom(trace, random);
  if (mutation == Mutation::world) change_world(trace.world, random);
  if (!trace.ops.empty()) {
    if (mutation == Mutation::remove) erase(trace, draw_run(trace, random));
    if (mutation == Mutation::duplicate) duplicate(trace, random);
    if (mutation == Mutation::swap) swap_two(trace, random);
    if (mutation == Mutation::move) move(trace, random);
    if (mutation == Mutation::field) change_field(trace, random);
  }
  normalise(trace, most);
}

void mutate(Trace& trace, Random& random, std::size_t most) {
  do {
    mutate(trace, draw_mutation(random), random, most);
  } while (random.one_in(3));
}

Trace cross(const Trace& one, const Trace& other, Random& random, std::size_t most) {
  Trace child = one;
  const auto cut = random.below(size_of(one) + 1);
  const auto begin = random.below(size_of(other) + 1);
  const auto end = random.between(begin, size_of(other));
  const bool behind = random.one_in(2);
  if (behind) child.ops.resize(cut);
  insert(child, cut, copy(other, {begin, behind ? size_of(other) : end}));
  normalise(child, most);
  return child;
}

}  // namespace cow::fuzz
