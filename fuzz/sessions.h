#pragma once

#include <optional>
#include <string>
#include <vector>

#include "props/subjects/session_pool.h"

namespace cow::fuzz {

/// A trace that broke a law.
struct Broken {
  props::Failure failure;
  model::Trace trace;  ///< as it ran, with the exits of its ending
  std::string state;   ///< the subject's state for a reader
};

/// Sessions of one subject, in whatever worlds the fuzzer comes up with.
class Sessions {
 public:
  /// Throws props::SubjectError when the subject cannot play in any default world.
  explicit Sessions(std::string subject);

  /// Whether the subject can play in this world, rescaled to `geometry()`.
  bool plays(const model::World& world);

  /// Runs a trace, rescaled to `geometry()`, and its ending. The subject must play in its world.
  std::optional<Broken> run(model::Trace trace);

  const std::string& subject() const { return subject_; }
  model::Geometry geometry() const { return geometry_; }  ///< tiny, if the subject can play there

 private:
  /// Null when the subject cannot play in this world.
  props::Session* find(const model::World& world);

  std::string subject_;
  model::Geometry geometry_;
  props::SessionPool pool_;
  std::vector<model::World> refused_;  ///< where the subject cannot play
};

}  // namespace cow::fuzz
