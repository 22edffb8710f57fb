#include "props/run/session_pool.h"

#include "props/subjects/registry.h"

namespace cow::props {

Session& SessionPool::open(const model::World& world) {
  for (auto& [known, session] : sessions_) {
    if (known == world) return *session;
  }
  return *sessions_.emplace_back(world, open_session(subject_, world)).second;
}

Census SessionPool::census() const {
  Census sum;
  for (const auto& [world, session] : sessions_) sum.add(session->census());
  return sum;
}

}  // namespace cow::props
