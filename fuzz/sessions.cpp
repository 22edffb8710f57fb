#include "fuzz/sessions.h"

#include <algorithm>

#include "model/rescale.h"
#include "props/subjects/registry.h"

namespace cow::fuzz {

namespace {

/// The first geometry in which the subject can play, with however few processes.
model::Geometry find_geometry(const std::string& subject) {
  std::string error;
  for (const auto geometry : {model::Geometry::tiny, model::Geometry::x86_64}) {
    for (const std::uint32_t procs : {4U, 3U, 2U}) {
      model::World world = model::default_world(geometry);
      world.procs = procs;
      try {
        return props::open_session(subject, world), geometry;
      } catch (const props::SubjectError& e) {
        if (error.empty()) error = e.what();
      }
    }
  }
  throw props::SubjectError(error);
}

}  // namespace

Sessions::Sessions(std::string subject)
    : subject_(std::move(subject)), geometry_(find_geometry(subject_)), pool_(subject_) {}

bool Sessions::plays(const model::World& world) {
  return find(model::rescale({world, {}}, geometry_).world) != nullptr;
}

std::optional<Broken> Sessions::run(model::Trace trace) {
  if (geometry_ != trace.world.geometry) trace = model::rescale(trace, geometry_);
  props::Session& session = *find(trace.world);
  auto failure = props::run_trace(session, trace);
  if (!failure) return std::nullopt;
  return Broken{std::move(*failure), std::move(trace), session.describe()};
}

props::Session* Sessions::find(const model::World& world) {
  if (std::ranges::find(refused_, world) != refused_.end()) return nullptr;
  try {
    return &pool_.open(world);
  } catch (const props::SubjectError&) {
    refused_.push_back(world);
    return nullptr;
  }
}

}  // namespace cow::fuzz
