#include "props/subjects/session_pool.h"

#include <algorithm>

#include "props/subjects/registry.h"

namespace cow::props {

namespace {

constexpr std::size_t most_sessions = 1000;
constexpr std::uint64_t most_bytes = std::uint64_t{256} << 20;  ///< or one, if it is larger

/// What the pages of a world take at most: those of the subject and those of the reference.
std::uint64_t bytes_of(const model::World& world) {
  const auto pages = std::uint64_t{world.procs} * world.pages + world.frames;
  return pages * model::page_bytes(world.geometry);
}

}  // namespace

Session& SessionPool::open(const model::World& world) {
  const auto known = std::ranges::find(sessions_, world, [](const auto& s) { return s.first; });
  if (known != sessions_.end()) {
    std::rotate(sessions_.begin(), known, known + 1);
  } else {
    make_room(world);
    sessions_.emplace(sessions_.begin(), world, open_session(subject_, world));
  }
  return *sessions_.front().second;
}

/// Drops the sessions that were not asked for the longest.
void SessionPool::make_room(const model::World& world) {
  auto bytes = bytes_of(world);
  std::size_t kept = 0;
  while (kept < sessions_.size() && kept + 1 < most_sessions) {
    bytes += bytes_of(sessions_[kept].first);
    if (bytes > most_bytes) break;
    ++kept;
  }
  for (auto i = kept; i < sessions_.size(); ++i) past_.add(sessions_[i].second->census());
  sessions_.resize(kept);
}

Census SessionPool::census() const {
  Census sum = past_;
  for (const auto& [world, session] : sessions_) sum.add(session->census());
  return sum;
}

}  // namespace cow::props
