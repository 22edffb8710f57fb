#pragma once

#include <memory>
#include <string>

#include "model/world.h"
#include "props/subjects/cowcheck_subject.h"

/// Loading of shared objects that speak cowcheck_subject.h.
namespace cow::props {

/// A subject's functions, checked, and what keeps them in memory.
struct Library {
  std::string path;
  cowcheck_subject functions;    ///< all that are not optional are there
  std::shared_ptr<void> handle;  ///< of dlopen
};

/// Loads the shared object at `path`. Throws SubjectError: not there, not a shared object, does
/// not speak this version. Runs the object's constructors, so a hostile one can do anything.
Library load_library(const std::string& path);

/// What `cowcheck_get_subject` returned as this version knows it: functions that an older header
/// did not have are null. Throws SubjectError, with `path` as the place, if it cannot be used.
cowcheck_subject checked_functions(const cowcheck_subject* given, const std::string& path);

/// Throws SubjectError if it cannot play in `world`.
void require_world(const Library& library, const model::World& world);

/// What it is and what it cannot do, one line of printable ASCII.
std::string summary_of(const cowcheck_subject& functions);

}  // namespace cow::props
