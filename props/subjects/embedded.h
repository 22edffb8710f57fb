#pragma once

#include <algorithm>

#include "impl/machine/describe.h"
#include "impl/machine/listing.h"
#include "impl/machine/shows_file.h"
#include "impl/machine/system.h"
#include "props/lockstep/session.h"
#include "props/lockstep/subject.h"
#include "props/subjects/call.h"
#include "props/subjects/merge_promises.h"
#include "props/subjects/promises.h"
#include "props/subjects/reclaim_promises.h"

namespace cow::props {

/// The embedded subject: the project's own kernel on a machine `M`, a ByteMachine or a mutant of
/// one. It turns the model's words into the implementation's and back; the two share no code.
template <class M>
class Embedded {
 public:
  using G = typename M::G;

  explicit Embedded(const model::World& world) : system_(config_of(world)), audit_(machine()) {}
  /// On a machine that derives from `M`.
  explicit Embedded(std::unique_ptr<M> machine)
      : system_(std::move(machine)), audit_(this->machine()) {}

  void reset() {
    past_ = events();
    system_.reset();
  }

  model::Answer perform(const model::Op& op) {
    system_.fail_allocation(op.oom);
    const auto hindered = hindrances();
    const auto full = machine().events(kernel::Event::saturated);
    if (op.kind == model::Kind::compact) used_before_ = used_on_nodes(machine());
    const auto status = call(system_, op, buffer_);
    system_.fail_allocation(0);
    rest();  // what was counted on other CPUs is looked at from here on
    broken_promise_.reset();
    if (status == model::Status::ok && hindrances() == hindered) broken_promise_ = left_undone(op);
    if (status == model::Status::no_memory) broken_promise_ = refused_in_vain(machine(), op);
    if (machine().events(kernel::Event::saturated) != full && !broken_promise_)
      broken_promise_ = found_full_in_vain(machine());
    if (!model::answers_bytes(op.kind) || status != model::Status::ok) return {status, {}};
    return {status, buffer_};
  }

  bool audit() { return audit_state() && !broke_promise(); }
  /// The state alone, however it came about.
  bool audit_state() {
    rest();
    return audit_.look();
  }
  /// Did the last operation leave undone what it promises?
  bool broke_promise() const { return broken_promise_.has_value(); }
  std::vector<Finding> findings() const {
    std::vector<Finding> found;
    for (const auto& f : audit_.findings()) found.push_back({f.law, f.text});
    if (broken_promise_) found.push_back(*broken_promise_);
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
  bool shows_file(std::uint32_t process, std::uint32_t page) const {
    return machine::shows_file(machine(), process, page);
  }
  /// Has the process lost the huge page of the pool that this is part of?
  bool lost(std::uint32_t process, std::uint32_t user_page) const {
    const auto page = machine().user_first() + user_page;
    return std::ranges::any_of(machine().areas(process), [&](const kernel::Area& area) {
      return area.first <= page && page < area.end && area.lost;
    });
  }
  /// Is nothing left of the page, so that it reads as zeroes?
  bool dropped(std::uint32_t process, std::uint32_t page) const {
    const auto& m = machine();
    return kernel::walk<machine::ByteMachine<G>>(m, m.root(process), m.user_first() + page).entry ==
           decltype(m.load_at(0, 0))::none();
  }
  bool unwritten(std::uint32_t process, std::uint32_t page) const {
    return audit_.seen(process, page).entry.unwritten();
  }
  Costs costs() const {
    using kernel::Event;
    const auto& m = machine();
    const auto used = m.config().frames - m.free_frames() - audit_.kept();
    return {m.events(Event::copy),
            m.events(Event::fault),
            m.events(Event::failed_allocation),
            used > audit_.tables() ? used - audit_.tables() : 0,
            used,
            m.used_slots()};
  }
  static_assert(kernel::event_count <= Census::max_events);
  std::vector<std::string> event_names() const {
    return {kernel::event_names.begin(), kernel::event_names.end()};
  }
  std::vector<std::uint64_t> events() const {
    auto sum = past_;
    for (std::size_t i = 0; i < sum.size(); ++i) sum[i] += machine().header().events[i];
    return sum;
  }
  Placement placement(std::uint32_t process, std::uint32_t user_page) const {
    const auto& m = machine();
    const auto page = m.user_first() + user_page;
    const auto at = kernel::walk<machine::ByteMachine<G>>(m, m.root(process), page);
    if (at.level == 0 && at.entry.swapped()) return {.swapped = true};
    if (at.level > 1 || !at.entry.present()) return {};
    const bool huge = at.level == 1;
    const auto frame = at.entry.frame();
    const auto pins = huge ? m.block_info(frame / M::fan).pins : m.frame_info(frame).pins;
    const auto references = huge ? m.huge_references(frame) : m.references(frame);
    return {true,
            huge,
            false,
            at.entry.exclusive(),
            pins > 0,
            huge && m.pooled(frame),
            references - pins};
  }
  std::string list_usage() const { return machine::list_usage(machine()); }
  std::string describe() const { return machine::describe(machine()); }

  const machine::ByteMachine<G>& machine() const { return system_.machine(); }

 private:
  void rest() {
    if constexpr (requires(M & m) { m.rest(); }) system_.machine().rest();
  }
  /// What excuses an operation that was not finished: allocations that failed, counts without room.
  std::uint64_t hindrances() const {
    return machine().events(kernel::Event::failed_allocation) +
           machine().events(kernel::Event::saturated);
  }
  /// What an operation that succeeded, and that nothing hindered, has left undone.
  std::optional<Finding> left_undone(const model::Op& op) const {
    switch (op.kind) {
      case model::Kind::merge:
        return left_apart(machine(), op);
      case model::Kind::unmerge:
        return left_together(machine(), op);
      case model::Kind::swapoff:
        return left_in_swap(machine());
      case model::Kind::pageout:
        return left_in_memory(machine(), op);
      case model::Kind::free:
        return left_dirty(machine(), op);
      case model::Kind::split:
        return left_huge(machine(), op);
      case model::Kind::compact:
        return left_their_node(machine(), used_before_);
      default:
        return std::nullopt;
    }
  }

  machine::System<M> system_;
  machine::Audit<G> audit_;
  std::vector<std::uint8_t> buffer_;
  std::optional<Finding> broken_promise_;                        ///< of the operation before
  std::array<std::uint32_t, machine::max_nodes> used_before_{};  ///< the last compact
  std::vector<std::uint64_t> past_ =
      std::vector<std::uint64_t>(kernel::event_count);  ///< of earlier traces
};

}  // namespace cow::props
