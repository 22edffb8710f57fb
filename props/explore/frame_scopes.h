#pragma once

#include <vector>

#include "model/op.h"

/// The operations of the scopes in which pages change their sizes and frames, or are compressed.
namespace cow::props::explore {

/// Small pages that become a huge one and small again; a second area makes a border in it.
std::vector<model::Op> collapse_ops();

/// The same with pins, which stand in its way.
std::vector<model::Op> collapse_pins_ops();

/// Pages that change their frames, private, shared, and huge.
std::vector<model::Op> migrate_ops();

/// Two huge pages that are split, and of which parts go: their blocks have room for each other.
std::vector<model::Op> compact_ops();

/// Pages that one word fills, that can be compressed, and that cannot; the pool has room for one.
std::vector<model::Op> zswap_ops();

model::World zswap_world(std::uint32_t frames);

/// Frames that come and go on two CPUs.
std::vector<model::Op> pools_ops();

model::World cpu_pool_world(std::uint32_t frames);

}  // namespace cow::props::explore
