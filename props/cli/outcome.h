#pragma once

#include <string>

#include "props/run/random.h"

namespace cow::props::cli {

/// Shrinks a failing trace, showing how far it is, and prints the story of the smallest and the
/// line that reproduces it.
void shrink_and_tell(const std::string& subject, const model::Trace& trace, const Failure& failure);

/// Prints the story of a failure as it is, and the line that reproduces it.
void tell_failure(const std::string& subject, const model::Trace& trace, const Failure& failure);

/// Which kinds of operation never succeeded, or never were refused, although the subject can do
/// them: a run with such a gap shows nothing about them. Empty when there is none.
std::string gap(const std::string& subject, const model::World& world, const Census& census);

/// How many operations of the trace the subject cannot do; the lockstep leaves them out, so
/// whoever reports a pass has to say so.
std::size_t left_out(const std::string& subject, const model::Trace& trace);

/// Prints what a pass does not mean, where the subject says so.
void print_notes(Session& session);

/// Prints the census of a run without failure and the verdict; 0, or 1 when it is vacuous.
int print_census(const std::string& subject, const model::World& world, const RandomResult& result);

/// The subject's description of its state after the trace, as far as it can be had without
/// risk: empty for a crash or a hang.
std::string state_after(const std::string& subject, const model::Trace& trace,
                        const Failure& failure);

}  // namespace cow::props::cli
