#pragma once

#include <memory>

#include "props/lockstep/session.h"
#include "props/subjects/xv6/tree.h"

namespace cow::props::xv6 {

/// Lockstep with the image's kernel. Between `reset` and the exit of the last process nothing is
/// asked; then the whole trace is played at once. A trace that goes wrong then is asked operation
/// by operation on a fresh kernel, so that the failure is where it is (and its index may be less
/// than that of the operation stepped last).
std::unique_ptr<Session> make_session(const model::World& world, const Image& image);

}  // namespace cow::props::xv6
