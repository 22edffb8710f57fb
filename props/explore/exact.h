#pragma once

#include <span>
#include <vector>

#include "props/explore/pair.h"
#include "props/explore/scope.h"

/// The exact form of a state: all of it, byte by byte, nothing renamed but what only the checkers
/// number (objects of the reference, tokens of the bound) and areas beyond the last. For
/// exploring without reduction, and for states that have no canonical form.
namespace cow::props::explore {

/// Writes into `room`, and answers what of it is the form: valid until `room` changes.
std::span<const std::uint8_t> write_exact(const Scope& scope, const Pair& pair,
                                          std::vector<std::uint8_t>& room);

/// REQUIRES: `write_exact` wrote the form.
void read_exact(const Scope& scope, std::span<const std::uint8_t> form, Pair& pair);

}  // namespace cow::props::explore
