#pragma once

#include <functional>
#include <utility>

#include "props/lockstep/session.h"

namespace cow::props {

/// A session that tells of every operation before it is performed, then hands it on.
class Watched final : public Session {
 public:
  using Tell = std::function<void(const model::Op&)>;

  Watched(Session& inner, Tell tell) : inner_(inner), tell_(std::move(tell)) {}
  void reset() override { inner_.reset(); }
  bool step(const model::Op& op) override {
    tell_(op);
    return inner_.step(op);
  }
  bool look_at_everything() override { return inner_.look_at_everything(); }
  const Failure& failure() const override { return inner_.failure(); }
  const model::Reference& reference() const override { return inner_.reference(); }
  Census census() const override { return inner_.census(); }
  std::vector<std::string> event_names() const override { return inner_.event_names(); }
  bool supports(const model::Op& op) const override { return inner_.supports(op); }
  model::Op adapt(const model::Op& op) const override { return inner_.adapt(op); }
  std::string describe() const override { return inner_.describe(); }

 private:
  Session& inner_;
  Tell tell_;
};

}  // namespace cow::props
