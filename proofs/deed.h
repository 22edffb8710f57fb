#pragma once

#include <string>
#include <vector>

#include "proofs/map.h"

/// What a step leaves behind, or asks for, that is no part of its machine's state.
namespace cow::proofs {

/// What a step did to its machine, for the story of a refutation.
struct Deed {
  std::string what;
  std::vector<z3::expr> with;
};

/// A loop of the kernel begins another turn with what it began with.
struct BeginsAgain {};

/// What kernel::pin_fast is told of the forks of a process: their number, odd while one is at work.
struct Forks {
  Number number;

  struct Parity {
    Cond odd;
    friend Cond operator!=(const Parity& parity, int) { return parity.odd; }
  };
  static Cond odd(const Number& number) { return Map<Cond, Number>::unknown("odd")(number); }
  friend Parity operator%(const Forks& forks, int) { return {odd(forks.number)}; }
  friend Cond operator==(const Forks& a, const Forks& b) { return a.number == b.number; }
};

}  // namespace cow::proofs
