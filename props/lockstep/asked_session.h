#pragma once

#include <algorithm>
#include <utility>

#include "props/lockstep/session.h"
#include "props/lockstep/subject.h"
#include "props/lockstep/views.h"

namespace cow::props {

/// What a session passes on to its subject, as far as that can answer.
template <Subject S>
class AskedSession : public Session {
 public:
  template <class... Args>
  explicit AskedSession(Args&&... args) : subject_(std::forward<Args>(args)...) {}

  std::vector<std::string> event_names() const override {
    if constexpr (Eventful<S>) return subject_.event_names();
    return {};
  }
  bool supports(const model::Op& op) const override {
    if constexpr (Choosy<S>) return subject_.supports(op);
    return true;
  }
  model::Op adapt(const model::Op& op) const override {
    if constexpr (Adapting<S>) return subject_.adapt(op);
    return op;
  }
  std::optional<Placement> placement(std::uint32_t proc, std::uint32_t page) const override {
    if constexpr (Placing<S>) return subject_.placement(proc, page);
    return std::nullopt;
  }
  Census census() const override {
    Census census = census_;
    if constexpr (Eventful<S>) std::ranges::copy(subject_.events(), census.events.begin());
    return census;
  }
  std::string describe() const override { return state_text(subject_); }
  std::string list_usage() const override { return usage_text(subject_); }
  S& subject() { return subject_; }

 protected:
  S subject_;
  Census census_;  ///< without what the subject counts
};

}  // namespace cow::props
