#pragma once

#include <functional>

#include "props/run/random.h"
#include "props/run/recorder.h"
#include "props/subjects/session_pool.h"

namespace cow::props {

/// Traces of one batch: RapidCheck's unit of work, and what workers take turns at.
inline constexpr std::uint64_t traces_per_batch = 256;

/// Runs one batch as a RapidCheck property. False at a failure, which is in the recorder then.
/// `expired` ends the batch early.
bool run_batch(SessionPool& pool, const RandomOptions& options, std::uint64_t batch,
               Recorder& recorder, const std::function<bool()>& expired);

/// Draws and checks one trace on `session`; also used by tests and benchmarks.
std::optional<Failure> run_drawn(Session& session, const model::World& world, std::uint64_t seed,
                                 Recorder& recorder, std::uint64_t number);

}  // namespace cow::props
