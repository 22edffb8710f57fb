#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "impl/kernel/law.h"
#include "model/op.h"

namespace cow::props {

using kernel::Law;

/// One broken law, in words.
struct Finding {
  Law law;
  std::string text;
};

/// How a run ended badly. A crash or a hang breaks the law `progress`.
enum class Manner : std::uint8_t { law, crash, hang };

/// The first operation after which something was wrong, and what.
struct Failure {
  Law law = Law::progress;  ///< the first of the broken laws, in the order of the table
  Manner manner = Manner::law;
  std::size_t index = 0;  ///< of the operation in its trace, from 0
  model::Op op;
  std::vector<Finding> findings;  ///< all that was wrong then; findings[0].law == law
};

/// The guard of the shrinker: two failures are the same bug when the same law broke, in the same
/// manner, after the same kind of operation.
inline bool same_bug(const Failure& a, const Failure& b) {
  return a.law == b.law && a.manner == b.manner && a.op.kind == b.op.kind;
}

}  // namespace cow::props
