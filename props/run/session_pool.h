#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "props/lockstep/session.h"

namespace cow::props {

/// Sessions of one subject, one for each world that was asked for.
class SessionPool {
 public:
  explicit SessionPool(std::string subject) : subject_(std::move(subject)) {}
  Session& open(const model::World& world);
  /// The census of all sessions together.
  Census census() const;

 private:
  std::string subject_;
  std::vector<std::pair<model::World, std::unique_ptr<Session>>> sessions_;
};

}  // namespace cow::props
