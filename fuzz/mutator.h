#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "model/op.h"
#include "props/draw/random.h"

/// Changes of traces for a coverage-guided fuzzer: on operations, where changes of bytes would
/// mostly make nonsense. Everything is determined by the random numbers, and every result is a
/// trace that `model::encode` keeps exactly.
namespace cow::fuzz {

/// The longest trace that the fuzz target runs, for seeds; and the longest that it makes itself:
/// longer stories seldom say more, and run slower.
inline constexpr std::size_t max_ops = 512;
inline constexpr std::size_t usual_ops = 64;

enum class Mutation : std::uint8_t {
  guided,     ///< insert operations drawn by the model, after replaying what comes before
  idiom,      ///< insert a little story (idioms.h)
  remove,     ///< drop a run of operations
  duplicate,  ///< repeat a run of operations elsewhere
  swap,       ///< exchange two operations
  move,       ///< put a run of operations elsewhere
  field,      ///< change one field of one operation (fields.h)
  world,      ///< play the same story in another world
};

inline constexpr int mutation_count = 8;

constexpr std::string_view name(Mutation mutation) {
  constexpr std::string_view names[mutation_count] = {"guided", "idiom", "remove", "duplicate",
                                                      "swap",   "move",  "field",  "world"};
  return names[static_cast<int>(mutation)];
}

/// Applies one kind of mutation. A trace that is too short for it is left as it is; one that
/// grows beyond `most` operations loses its end.
void mutate(model::Trace& trace, Mutation mutation, props::Random& random, std::size_t most);

/// How often each kind is drawn: additions twice as often as removals, other worlds seldom.
Mutation draw_mutation(props::Random& random);

/// Applies a few mutations of drawn kinds.
void mutate(model::Trace& trace, props::Random& random, std::size_t most);

/// The beginning of one trace with a part of the other behind it or within it; at most `most`
/// operations, in the world of `one`.
model::Trace cross(const model::Trace& one, const model::Trace& other, props::Random& random,
                   std::size_t most);

}  // namespace cow::fuzz
