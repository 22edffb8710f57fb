#pragma once

#include "props/race/pairs.h"

/// Three operations on three CPUs: what no two can show, such as two who share a lock and a third
/// who wants it alone. Generated like the pairs, on fewer start states.
namespace cow::props::race {

using Kinds = std::vector<model::Kind>;

/// Where three start from, and which process each acts as.
struct TripleState {
  std::string_view name;
  std::string_view ops;
  std::array<std::uint8_t, 3> actors;
};

std::span<const TripleState> triple_states();

/// Every three kinds once, in the order of model::Kind.
std::vector<Kinds> all_triples();

/// All cases of a triple: on every start state, with each of the kinds as the third.
/// REQUIRES: three kinds.
std::vector<PairCase> cases_of(const Kinds& kinds);

}  // namespace cow::props::race
