#include "proofs/invariants.h"

#include "impl/kernel/swap_invariants.h"

namespace cow::proofs {

namespace {

using kernel::Law;

/// What no running machine has between operations: CPUs in the middle of a step.
std::vector<Invariant> laws_of_what_is_in_hand() {
  return {
      {"short references are counted from zero", Law::exact_count, Over::frame,
       [](auto& s, auto& p) { return s.lent(p.frame) >= 0; }},
      {"pins that are not decided are counted from zero", Law::exact_count, Over::frame,
       [](auto& s, auto& p) { return s.passing(p.frame) >= 0; }},
  };
}

/// What bytes cannot help: an offset of theirs is one, and a part of a huge page, too.
std::vector<Invariant> structure_of_terms() {
  return {
      {"structure: an offset lies in its page", std::nullopt, Over::once,
       [](auto&, auto& p) {
         const Offset at = Scene().offset;
         return p.offset >= 0 && p.offset < 4096 && at >= 0 && at < 4096;
       }},
      {"structure: a sub-page is one of the parts", std::nullopt, Over::once,
       [](auto&, auto&) { return sub_page() >= 0 && sub_page() < parts() && parts() >= 2; }},
  };
}

}  // namespace

const std::vector<Invariant>& invariants() {
  static const auto all = [] {
    auto list = kernel::all_invariants<State>();
    // Before those about objects, in an order that the solver is quick with.
    auto more = laws_of_what_is_in_hand();
    for (const auto& one : structure_of_terms()) more.push_back(one);
    list.insert(list.end() - 2, more.begin(), more.end());
    return list;
  }();
  return all;
}

std::vector<Cond> instances(const Invariant& invariant, const State& state, const Points& points) {
  std::vector<Cond> found;
  auto point = any_point();
  const auto add = [&] { found.push_back(invariant.at(state, point)); };
  const auto each = [](auto& part, const auto& values, auto then) {
    for (const auto& value : values) {
      part = value;
      then();
    }
  };
  const auto each_last = [&](const Number& holders) {
    for (int i = 1; i <= points.last; ++i) {
      point.index = holders - i;
      add();
    }
  };
  switch (invariant.over) {
    case Over::once:
      add();
      break;
    case Over::slot:
      each(point.slot, points.slots, add);
      if (invariant.law == Law::exact_count) each(point.slot, points.listed, add);
      break;
    case Over::frame:
    case Over::byte:  // of which nothing is known
      each(point.frame, points.frames, add);
      break;
    case Over::frame_and_index:
      each(point.frame, points.frames, [&] {
        each(point.index, points.indices, add);
        each_last(state.ledger.holders(point.frame));
      });
      break;
    case Over::swap:
      each(point.swap, points.swaps, add);
      break;
    case Over::swap_and_index:
      each(point.swap, points.swaps, [&] {
        each(point.index, points.swap_indices, add);
        each_last(state.swap_ledger.holders(point.swap));
      });
      break;
    case Over::cpu_and_slot:
      each(point.cpu, points.cpus, [&] { each(point.slot, points.slots, add); });
      break;
  }
  return found;
}

}  // namespace cow::proofs
