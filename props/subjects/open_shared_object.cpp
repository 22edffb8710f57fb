#include "props/lockstep/lockstep.h"
#include "props/subjects/shared_object.h"

namespace cow::props {

namespace {

template <class S>
std::unique_ptr<Session> open(const Library& library, const model::World& world) {
  return std::make_unique<Lockstep<S>>(world, library, world);
}

}  // namespace

// Costs count only beside views: without them the lockstep reads through the subject's own
// functions, which has costs of its own.
std::unique_ptr<Session> open_shared_object(const Library& library, const model::World& world) {
  if (library.functions.view == nullptr) return open<SharedObject>(library, world);
  if (library.functions.costs == nullptr) return open<VisibleObject>(library, world);
  return open<CostedObject>(library, world);
}

}  // namespace cow::props
