#pragma once

#include <memory>
#include <string>

#include "props/race/kernel_program.h"

namespace cow::props::race {

/// The case on a named subject: "embedded", or "museum:NAME" for an exhibit of
/// props/museum/races.h. Throws SubjectError (props/subjects/registry.h).
std::unique_ptr<KernelProgram> open_race(const std::string& subject, const Case& what);

}  // namespace cow::props::race
