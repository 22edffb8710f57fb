#pragma once

#include <gtest/gtest.h>

#include "model/trace_text.h"
#include "props/lockstep/sharing_bound.h"

namespace cow::props {

/// A reference and the bound that follows it, as in the lockstep.
class SharingBoundTest : public testing::Test {
 protected:
  void run(std::string_view text) {
    for (const model::Op& op : model::parse(text).trace.ops) {
      const auto status = reference_.check(op);
      if (status == model::Status::ok) bound_.before(reference_, op);
      reference_.perform(op);
      if (status == model::Status::ok)
        bound_.after(reference_, op);
      else
        bound_.after_refusal(reference_, op, status);
    }
  }
  /// The subject had no memory for these: the reference does not move.
  void run_out_of_memory(std::string_view text) {
    for (const model::Op& op : model::parse(text).trace.ops) {
      bound_.after_refusal(reference_, op, model::Status::no_memory);
    }
  }
  std::uint32_t copies(std::string_view op) const {
    const auto parsed = model::parse(op).trace.ops.at(0);
    return bound_.copies_allowed(reference_, parsed, reference_.check(parsed));
  }
  std::uint32_t frames() const { return bound_.frames_allowed(false); }
  void use(model::HugeCow policy) {
    model::World world;
    world.huge_cow = policy;
    reference_ = model::Reference(world);
    bound_ = SharingBound(world);
  }

  model::Reference reference_{model::World{}};
  SharingBound bound_{model::World{}};
};

}  // namespace cow::props
