#include "fuzz/mutator.h"

#include <algorithm>
#include <gtest/gtest.h>
#include <map>

#include "model/reference.h"
#include "model/trace_bytes.h"
#include "model/trace_text.h"
#include "props/draw/draw.h"

namespace cow::fuzz {
namespace {

using model::Trace;
using props::Random;

/// A trace that makes sense, in one of the worlds that bytes can choose.
Trace drawn_trace(std::uint64_t seed, std::size_t length) {
  const model::World world = props::draw_world({}, seed);
  Trace trace{model::decode(model::encode({world, {}})).world, {}};
  props::Draw draw(trace.world, seed);
  model::Reference reference(trace.world);
  while (trace.ops.size() < length && reference.living() > 0) {
    trace.ops.push_back(draw.next(reference));
    reference.perform(trace.ops.back());
  }
  return model::decode(model::encode(trace));
}

/// What `encode` keeps exactly, and not longer than asked for.
void expect_sound(const Trace& trace, std::size_t most) {
  EXPECT_EQ(model::complaint(trace.world), "");
  EXPECT_LE(trace.ops.size(), most);
  EXPECT_EQ(model::decode(model::encode(trace)), trace);
}

std::multimap<std::string, int> printed(const Trace& trace) {
  std::multimap<std::string, int> lines;
  for (const auto& op : trace.ops) lines.emplace(model::print(op), 0);
  return lines;
}

Trace mutated(Trace trace, Mutation mutation, std::uint64_t seed, std::size_t most = max_ops) {
  Random random(seed);
  mutate(trace, mutation, random, most);
  return trace;
}

TEST(Mutator, always_yields_sound_traces) {
  for (std::uint64_t seed = 0; seed < 2000; ++seed) {
    const std::size_t most = seed % 40;
    Trace trace = drawn_trace(seed, seed % 50);
    Random random(seed);
    mutate(trace, random, most);
    expect_sound(trace, most);
  }
}

TEST(Mutator, every_kind_copes_with_an_empty_trace) {
  for (int kind = 0; kind < mutation_count; ++kind) {
    expect_sound(mutated({}, static_cast<Mutation>(kind), 1), max_ops);
  }
}

TEST(Mutator, draws_every_kind) {
  std::map<Mutation, int> drawn;
  Random random(1);
  for (int i = 0; i < 2000; ++i) ++drawn[draw_mutation(random)];
  EXPECT_EQ(drawn.size(), mutation_count);
  for (const auto& [mutation, times] : drawn) EXPECT_GT(times, 40) << name(mutation);
}

TEST(Mutator, is_determined_by_the_seed) {
  const Trace trace = drawn_trace(1, 30);
  int different = 0;
  for (std::uint64_t seed = 0; seed < 100; ++seed) {
    Trace one = trace, two = trace, other = trace;
    Random a(seed), b(seed), c(seed + 1);
    mutate(one, a, max_ops);
    mutate(two, b, max_ops);
    mutate(other, c, max_ops);
    EXPECT_EQ(one, two);
    different += one == other ? 0 : 1;
  }
  EXPECT_GT(different, 80);
}

TEST(Mutator, additions_and_removals_change_the_length) {
  for (std::uint64_t seed = 0; seed < 100; ++seed) {
    const Trace trace = drawn_trace(seed, 20);
    const auto length = trace.ops.size();
    EXPECT_GT(mutated(trace, Mutation::guided, seed).ops.size(), length);
    EXPECT_GT(mutated(trace, Mutation::idiom, seed).ops.size(), length);
    EXPECT_GT(mutated(trace, Mutation::duplicate, seed).ops.size(), length);
    EXPECT_LT(mutated(trace, Mutation::remove, seed).ops.size(), length);
  }
}

TEST(Mutator, swap_and_move_only_reorder) {
  int reordered = 0;
  for (std::uint64_t seed = 0; seed < 100; ++seed) {
    const Trace trace = drawn_trace(seed, 20);
    for (const auto kind : {Mutation::swap, Mutation::move}) {
      const Trace after = mutated(trace, kind, seed);
      EXPECT_EQ(printed(after), printed(trace));
      reordered += after == trace ? 0 : 1;
    }
  }
  EXPECT_GT(reordered, 100);
}

TEST(Mutator, a_changed_field_leaves_the_other_operations) {
  int changed = 0;
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    const Trace trace = drawn_trace(seed, 20);
    const Trace after = mutated(trace, Mutation::field, seed);
    ASSERT_EQ(after.ops.size(), trace.ops.size());
    std::size_t different = 0;
    for (std::size_t i = 0; i < trace.ops.size(); ++i) {
      different += after.ops[i] == trace.ops[i] ? 0U : 1U;
    }
    EXPECT_LE(different, 1U);
    changed += static_cast<int>(different);
  }
  EXPECT_GT(changed, 80);
}

TEST(Mutator, another_world_keeps_the_number_of_operations) {
  int changed = 0;
  for (std::uint64_t seed = 0; seed < 100; ++seed) {
    const Trace trace = drawn_trace(seed, 20);
    const Trace after = mutated(trace, Mutation::world, seed);
    EXPECT_EQ(after.ops.size(), trace.ops.size());
    changed += after.world == trace.world ? 0 : 1;
  }
  EXPECT_GT(changed, 50);
}

TEST(Mutator, guided_operations_mostly_succeed) {
  int succeeded = 0, total = 0;
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    const Trace trace = mutated({}, Mutation::guided, seed);
    model::Reference reference(trace.world);
    for (const auto& op : trace.ops) {
      ++total;
      succeeded += reference.perform(op).status == model::Status::ok ? 1 : 0;
    }
  }
  EXPECT_GT(succeeded * 3, total * 2);  // not replaying what comes before: about half
}

TEST(Cross, begins_like_one_and_goes_on_like_the_other) {
  const Trace one = drawn_trace(1, 20);
  Trace other = drawn_trace(2, 20);
  other.world = one.world;  // so that encoding leaves its operations as they are
  other = model::decode(model::encode(other));
  bool both = false;
  for (std::uint64_t seed = 0; seed < 100; ++seed) {
    Random random(seed);
    const Trace child = cross(one, other, random, max_ops);
    expect_sound(child, max_ops);
    EXPECT_EQ(child.world, one.world);
    const auto [a, b] = std::ranges::mismatch(child.ops, one.ops);
    const auto from_other = [&](const model::Op& op) {
      return std::ranges::find(other.ops, op) != other.ops.end();
    };
    EXPECT_TRUE(a == child.ops.end() || from_other(*a)) << model::print(*a);
    both = both || (a != child.ops.begin() && a != child.ops.end());
  }
  EXPECT_TRUE(both);
}

TEST(Cross, is_bounded_and_copes_with_empty_traces) {
  for (std::uint64_t seed = 0; seed < 100; ++seed) {
    Random random(seed);
    expect_sound(cross(drawn_trace(seed, 30), drawn_trace(seed + 1, 30), random, 12), 12);
    expect_sound(cross({}, drawn_trace(seed, 30), random, 12), 12);
    expect_sound(cross(drawn_trace(seed, 30), {}, random, 12), 12);
  }
}

}  // namespace
}  // namespace cow::fuzz
