#pragma once

#include "impl/machine/describe.h"
#include "impl/machine/system.h"
#include "props/lockstep/subject.h"
#include "props/subjects/call.h"

namespace cow::props {

/// The embedded subject: the project's own kernel on a machine `M`, a ByteMachine or a mutant of
/// one. It turns the model's words into the implementation's and back; the two share no code.
template <class M>
class Embedded {
 public:
  using G = typename M::G;

  explicit Embedded(const model::World& world) : system_(config_of(world)), audit_(machine()) {}

  void reset() {
    past_ = events();
    system_.reset();
  }

  model::Answer perform(const model::Op& op) {
    system_.fail_allocation(op.oom);
    const auto status = call(system_, op, buffer_);
    system_.fail_allocation(0);
    const bool reads = op.kind == model::Kind::read || op.kind == model::Kind::device_read;
    if (!reads || status != model::Status::ok) return {status, {}};
    return {status, buffer_};
  }

  bool audit() {
    if constexpr (requires(M & m) { m.rest(); }) system_.machine().rest();
    return audit_.look();
  }
  std::vector<Finding> findings() const {
    std::vector<Finding> found;
    for (const auto& f : audit_.findings()) found.push_back({f.law, f.text});
    return found;
  }
  Seen seen(std::uint32_t process, std::uint32_t page) const {
    const auto& s = audit_.seen(process, page);
    return {s.mapped, static_cast<model::Access>(s.access), s.bytes};
  }
  /// What the device sees through a pin; null where it is not held.
  const std::uint8_t* seen_pin(std::uint32_t process, std::uint32_t pin) const {
    const auto& held = machine().pins(process).at[pin];
    if (held.access == kernel::Access::none) return nullptr;
    if (held.frame >= machine().config().frames) return nullptr;
    return machine().frame_bytes(held.frame).data();
  }
  /// All that a process sees, in the machine's words.
  std::span<const machine::SeenPage<G>> pages(std::uint32_t process) const {
    return {&audit_.seen(process, 0), machine().config().pages};
  }
  Costs costs() const {
    using kernel::Event;
    const auto& m = machine();
    const auto used = m.config().frames - m.free_frames();
    return {m.events(Event::copy),
            m.events(Event::fault),
            m.events(Event::failed_allocation),
            used > audit_.tables() ? used - audit_.tables() : 0,
            used,
            m.used_slots()};
  }
  std::vector<std::string> event_names() const {
    return {kernel::event_names.begin(), kernel::event_names.end()};
  }
  std::vector<std::uint64_t> events() const {
    auto sum = past_;
    for (std::size_t i = 0; i < sum.size(); ++i) sum[i] += machine().header().events[i];
    return sum;
  }
  std::string describe() const { return machine::describe(machine()); }

  const machine::ByteMachine<G>& machine() const { return system_.machine(); }

 private:
  machine::System<M> system_;
  machine::Audit<G> audit_;
  std::vector<std::uint8_t> buffer_;
  std::vector<std::uint64_t> past_ =
      std::vector<std::uint64_t>(kernel::event_count);  ///< of earlier traces
};

}  // namespace cow::props
