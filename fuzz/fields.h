#pragma once

#include "model/op.h"
#include "props/draw/random.h"

/// Small changes of one value: to a value that something else in the trace has, or to a border.
namespace cow::fuzz {

/// Changes one field of one operation; not always to another value. Needs an operation.
void change_field(model::Trace& trace, props::Random& random);

/// Changes one size or the policy of the world, within what bytes can say; the geometry stays.
void change_world(model::World& world, props::Random& random);

}  // namespace cow::fuzz
