#pragma once

#include <vector>

#include "model/op.h"
#include "model/world.h"

/// Scopes about what each CPU has: identifiers that go from process to process, flushes in batches,
/// memory that is near.
namespace cow::props::explore {

/// Three processes that share the two identifiers of one CPU, or two that share one.
model::World asid_world(std::uint32_t procs, std::uint32_t asids, std::uint32_t frames);
std::vector<model::Op> asid_ops(std::uint8_t procs);

/// As few frames as make CPUs take them from the other node.
model::World nodes_world(std::uint32_t frames);
std::vector<model::Op> nodes_ops();

model::World batched_world(std::uint32_t frames);
std::vector<model::Op> batched_ops();

}  // namespace cow::props::explore
