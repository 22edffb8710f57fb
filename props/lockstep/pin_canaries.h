#pragma once

#include <map>
#include <utility>
#include <vector>

#include "props/lockstep/canaries.h"

// Subjects that each get one thing about pins wrong.

namespace cow::props::canary {

/// Fork parts the parent's pins from their pages, as Linux did before 2022 where the parent wrote
/// first: it got a copy, and the device kept the frame that was now the child's.
template <class Base>
struct LosesPinsAtFork : Base {
  using Base::Base;
  void reset() {
    Base::reset();
    parted.clear();
  }
  Answer perform(const Op& op) {
    if (op.kind == Kind::fork && Base::reference.check(op) == Status::ok) part(op.proc);
    if (op.kind == Kind::unpin) parted.erase({op.proc, op.pin});
    const Answer answer = Base::perform(op);
    const auto at = parted.find({op.proc, op.pin});
    if (op.kind != Kind::device_read || answer.status != Status::ok || at == parted.end()) {
      return answer;
    }
    return {answer.status, std::span(at->second).subspan(op.offset, op.length)};
  }
  const std::uint8_t* seen_pin(std::uint32_t p, std::uint32_t pin) const requires ShowsPins<Base> {
    const auto at = parted.find({p, pin});
    return at != parted.end() ? at->second.data() : Base::seen_pin(p, pin);
  }

  void part(std::uint32_t p) {
    for (std::uint32_t pin = 0; pin < model::max_pins; ++pin) {
      if (Base::reference.pin(p, pin).access == model::Access::none) continue;
      const auto bytes = Base::reference.pinned(p, pin);
      parted[{p, pin}].assign(bytes.begin(), bytes.end());
    }
  }
  std::map<std::pair<std::uint32_t, std::uint32_t>, std::vector<std::uint8_t>> parted;
};

/// What a device writes stays in the device.
template <class Base>
struct LosesDeviceWrites : Base {
  using Base::Base;
  Answer perform(const Op& op) {
    if (op.kind != Kind::device_write) return Base::perform(op);
    return {Base::reference.check(op), {}};
  }
};

/// Exec leaves the pins alone. It cannot be asked for more than to show them.
struct KeepsPinsAtExec : Correct {
  using Correct::Correct;
  Answer perform(const Op& op) {
    kept |= op.kind == Kind::exec;
    return Correct::perform(op);
  }
  const std::uint8_t* seen_pin(std::uint32_t p, std::uint32_t pin) const {
    return kept ? zeroes.data() : Correct::seen_pin(p, pin);
  }
  bool kept = false;
};

/// Unpin frees the other pin as well.
struct UnpinsBoth : Correct {
  using Correct::Correct;
  Answer perform(const Op& op) {
    const Answer answer = Correct::perform(op);
    unpinned |= op.kind == Kind::unpin && answer.status == Status::ok;
    return answer;
  }
  const std::uint8_t* seen_pin(std::uint32_t p, std::uint32_t pin) const {
    return unpinned ? nullptr : Correct::seen_pin(p, pin);
  }
  bool unpinned = false;
};

/// Runs out of memory when `oom` says so, and then its devices see something else.
struct RefusesAndParts : RefusesHonestly {
  using RefusesHonestly::RefusesHonestly;
  Answer perform(const Op& op) {
    refused |= op.oom != 0;
    return RefusesHonestly::perform(op);
  }
  const std::uint8_t* seen_pin(std::uint32_t p, std::uint32_t pin) const {
    const auto* const held = RefusesHonestly::seen_pin(p, pin);
    return held != nullptr && refused ? zeroes.data() : held;
  }
  bool refused = false;
};

/// Every fork copies a page.
struct CopiesAtFork : Correct {
  using Correct::Correct;
  Answer perform(const Op& op) {
    if (op.kind == Kind::fork) ++counted.copies;
    return Correct::perform(op);
  }
};

/// Every pin takes a fault and a frame.
struct PinsAtCost : Correct {
  using Correct::Correct;
  Answer perform(const Op& op) {
    if (op.kind == Kind::pin) ++counted.faults, ++counted.data_frames;
    if (op.kind == Kind::exit) counted.data_frames = 0;
    return Correct::perform(op);
  }
};

}  // namespace cow::props::canary
