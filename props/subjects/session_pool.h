#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "props/lockstep/session.h"

namespace cow::props {

/// Sessions of one subject, one for each world that was asked for lately: making one costs more
/// than a trace, but a long run asks for thousands of worlds.
class SessionPool {
 public:
  explicit SessionPool(std::string subject) : subject_(std::move(subject)) {}
  /// Valid until the next call.
  Session& open(const model::World& world);
  /// The census of all sessions together, those that were dropped included.
  Census census() const;
  /// How many sessions are kept now.
  std::size_t size() const { return sessions_.size(); }

 private:
  void make_room(const model::World& world);

  std::string subject_;
  std::vector<std::pair<model::World, std::unique_ptr<Session>>> sessions_;  ///< latest first
  Census past_;
};

}  // namespace cow::props
