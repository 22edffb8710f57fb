#pragma once

#include "model/reference.h"

namespace cow::props {

/// Counts the pins that the reference holds, so that looking at them costs nothing where there are
/// none.
class HeldPins {
 public:
  void reset() { held_ = 0; }
  bool any() const { return held_ > 0; }

  /// Follows an operation, whatever became of it. True when there is something to look at: a pin
  /// that is held, or was until now.
  bool follow(const model::Reference& reference, const model::Op& op) {
    using model::Kind;
    const auto before = held_;
    if (op.kind == Kind::pin || op.kind == Kind::unpin || op.kind == Kind::exec ||
        op.kind == Kind::exit) {
      held_ = count(reference);
    }
    return before + held_ > 0;
  }

 private:
  static std::uint32_t count(const model::Reference& reference) {
    std::uint32_t held = 0;
    for (std::uint32_t p = 0; p < reference.world().procs; ++p) {
      for (std::uint32_t pin = 0; pin < model::max_pins; ++pin) {
        held += reference.pin(p, pin).access != model::Access::none ? 1U : 0U;
      }
    }
    return held;
  }

  std::uint32_t held_ = 0;
};

}  // namespace cow::props
