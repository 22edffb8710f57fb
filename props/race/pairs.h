#pragma once

#include <span>
#include <string>
#include <string_view>

#include "props/race/case.h"

/// The pairs of operations that are raced. They are generated: a kind that is added to model::Kind
/// pairs with all others, itself included, on every start state.
namespace cow::props::race {

/// Where a race starts from.
struct StartState {
  std::string_view name;
  std::string_view ops;  ///< a trace in one line, separated by ';'
  std::uint32_t frames = 64;
  std::uint8_t oom = 0;  ///< of the first CPU's operation
  model::Fork fork = model::Fork::classic;
  std::uint32_t pool = 0;      ///< huge pages, which the operations then take whole
  std::string_view keys = {};  ///< of the world, as in a trace: "asid=1"
};

std::span<const StartState> start_states();

/// A start trace: `ops` are separated by ';'. Page numbers go up to 7.
model::Trace start_trace(std::uint32_t procs, std::uint32_t frames, std::string_view ops,
                         model::Fork fork = model::Fork::classic, std::uint32_t pool = 0,
                         std::string_view keys = {});

/// One case of a pair.
struct PairCase {
  std::string name;  ///< "forked, two processes": start state and who acts
  Case what;
};

/// The operations of a kind that process `p` tries, as the first or the second of a pair. All
/// aim at the same pages, so that they meet.
std::vector<model::Op> instances(model::Kind kind, std::uint8_t p, bool second);

/// All cases of a pair: on every start state, as two threads of P0, as P0 and P1 where P1 lives,
/// and as P0 that forks and the child; either operation on either CPU.
std::vector<PairCase> cases_of(model::Kind a, model::Kind b);

}  // namespace cow::props::race
