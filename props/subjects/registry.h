#pragma once

#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "props/lockstep/session.h"

/// Names for everything that can be checked: "embedded", "museum:NAME" (a planted bug), or the
/// path of a shared object that speaks props/subjects/cowcheck_subject.h.
namespace cow::props {

/// The subject does not exist or cannot be loaded; what() is one line for the user.
struct SubjectError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

struct SubjectInfo {
  std::string name;
  std::string summary;  ///< what it is and what it can do, one line
};

/// Subjects that are not of this folder. `open` answers null for a name that is not its own.
struct Provider {
  std::vector<SubjectInfo> (*list)();
  std::unique_ptr<Session> (*open)(const std::string& subject, const model::World& world);
};
void add_provider(const Provider& provider);

/// All named subjects, for `cowcheck subjects`.
std::vector<SubjectInfo> list_subjects();

/// A fresh session of the named subject in `world`. Throws SubjectError.
std::unique_ptr<Session> open_session(const std::string& subject, const model::World& world);

}  // namespace cow::props
