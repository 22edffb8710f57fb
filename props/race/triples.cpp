#include "props/race/triples.h"

#include <algorithm>
#include <set>

namespace cow::props::race {

namespace {

constexpr std::array states = {
    TripleState{"three threads, untouched", "P0 map p0 2 private write", {0, 0, 0}},
    TripleState{"three threads, an untouched page",
                "P0 map p0 2 private write; P0 write p1 1 0x11",
                {0, 0, 0}},
    TripleState{"three threads",
                "P0 map p0 2 private write; P0 write p0 2 0x11; P0@1 read p0 2",
                {0, 0, 0}},
    TripleState{"two threads and the child",
                "P0 map p0 2 private write; P0 write p0 2 0x11; P0 fork P1; P0@1 read p0 2",
                {0, 0, 1}},
    TripleState{"three processes",
                "P0 map p0 2 private write; P0 write p0 2 0x11; P0 fork P1; P0 fork P2",
                {0, 1, 2}},
    TripleState{"three processes, shared",
                "P0 map p0 2 shared write; P0 write p0 2 0x11; P0 fork P1; P0 fork P2",
                {0, 1, 2}},
    TripleState{"two threads and the child, huge",
                "P0 map p0 4 private write huge; P0 write p0 2 0x11; P0 fork P1",
                {0, 0, 1}},
};

/// What one of the three does, on a CPU of its own.
model::Op op_of(model::Kind kind, std::uint8_t process, std::uint8_t cpu) {
  auto op = instances(kind, process, cpu != 0).front();
  if (model::shape(kind).cpu) op.cpu = cpu;
  if (kind == model::Kind::write) op.value = static_cast<std::uint8_t>(0x21 + 0x10 * cpu);
  if (model::begets(kind)) op.child = static_cast<std::uint8_t>(3 + cpu);
  return op;
}

Case case_of(const TripleState& state, const Kinds& kinds) {
  const auto start = start_trace(6, 64, state.ops);
  Case what{start.world, start.ops, {}};
  for (std::uint8_t cpu = 0; cpu < 3; ++cpu) {
    what.tasks.push_back({op_of(kinds[cpu], state.actors[cpu], cpu)});
  }
  return what;
}

}  // namespace

std::span<const TripleState> triple_states() { return states; }

std::vector<Kinds> all_triples() {
  std::vector<Kinds> triples;
  const auto kind = [](int number) { return static_cast<model::Kind>(number); };
  for (int a = 0; a < model::kind_count; ++a) {
    for (int b = a; b < model::kind_count; ++b) {
      for (int c = b; c < model::kind_count; ++c) triples.push_back({kind(a), kind(b), kind(c)});
    }
  }
  return triples;
}

std::vector<PairCase> cases_of(const Kinds& kinds) {
  std::set<Kinds> orders;
  auto order = kinds;
  for (int i = 0; i < 3; ++i) {
    std::ranges::rotate(order, order.begin() + 1);
    orders.insert(order);
  }
  std::vector<PairCase> cases;
  for (const auto& state : states) {
    for (const auto& one : orders) cases.push_back({std::string(state.name), case_of(state, one)});
  }
  return cases;
}

}  // namespace cow::props::race
