#pragma once

#include <memory>

#include "props/lockstep/session.h"
#include "props/subjects/linux/host.h"

namespace cow::props::live {

/// Makes the subject "linux" known to the registry. The program and the tests call it once.
void provide();

/// A fresh session with any agent; throws SubjectError where the world cannot be played.
std::unique_ptr<Session> open_linux(const model::World& world, const Setup& setup);

}  // namespace cow::props::live
