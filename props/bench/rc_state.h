#pragma once

#include <cstdint>

#include "model/world.h"

namespace cow::props::bench {

/// The rival: RapidCheck's rc::state draws, models and runs `traces` sequences of `length`
/// commands on average on the embedded subject, in the form that its documentation shows: the
/// reference is the model, each kind of command is a class whose constructor draws from it, and
/// `run` compares the subject with the next state. The checks are those of our lockstep. Answers
/// how many commands were checked; throws std::runtime_error when a check fails.
std::uint64_t run_rc_state(const model::World& world, int traces, int length);

}  // namespace cow::props::bench
