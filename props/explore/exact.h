#pragma once

#include <span>
#include <vector>

#include "props/explore/pair.h"

/// The exact form of a state: all its lines, nothing renamed but what only the checkers number
/// (notes.h). For exploring without reduction, and for states that have no canonical form.
namespace cow::props::explore {

/// Writes into `room`, and answers what of it is the form: valid until `room` changes.
/// REQUIRES: the state is settled.
std::span<const std::uint8_t> write_exact(Pair& pair, std::vector<std::uint8_t>& room);

/// REQUIRES: `write_exact` wrote the form.
void read_exact(std::span<const std::uint8_t> form, Pair& pair);

}  // namespace cow::props::explore
