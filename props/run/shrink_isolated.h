#pragma once

#include <string>

#include "props/shrink/shrink.h"

namespace cow::props {

/// Shrinks a failure of `subject` without risking this process: in one worker at full speed where
/// a law broke, with a process for every run where the subject crashed or hung, or does so on the
/// way. `options.on_better` is called in this process, at the end or when a run gave a better one.
/// Throws SubjectError.
Shrunk shrink_isolated(const std::string& subject, const model::Trace& trace, const Failure& found,
                       const ShrinkOptions& options);

}  // namespace cow::props
