#pragma once

#include "impl/machine/describe.h"
#include "impl/machine/system.h"
#include "props/lockstep/subject.h"

namespace cow::props {

/// The embedded subject: the project's own kernel on a machine `M`, a ByteMachine or a mutant of
/// one. It turns the model's words into the implementation's and back; the two share no code.
template <class M>
class Embedded {
 public:
  explicit Embedded(const model::World& world) : system_(config_of(world)), audit_(machine()) {}

  void reset() {
    past_ = events();
    system_.reset();
  }

  model::Answer perform(const model::Op& op) {
    system_.fail_allocation(op.oom);
    const auto status = model_status(call(op));
    system_.fail_allocation(0);
    if (op.kind != model::Kind::read || status != model::Status::ok) return {status, {}};
    return {status, buffer_};
  }

  bool audit() { return audit_.look(); }
  std::vector<Finding> findings() const {
    std::vector<Finding> found;
    for (const auto& f : audit_.findings()) found.push_back({f.law, f.text});
    return found;
  }
  Seen seen(std::uint32_t process, std::uint32_t page) const {
    const auto& s = audit_.seen(process, page);
    return {s.mapped, static_cast<model::Access>(s.access), s.bytes};
  }
  Costs costs() const {
    using kernel::Event;
    const auto& m = machine();
    const auto used = m.config().frames - m.free_frames();
    return {m.events(Event::copy), m.events(Event::fault), m.events(Event::failed_allocation),
            used > audit_.tables() ? used - audit_.tables() : 0, used};
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

  using G = typename M::G;
  const machine::ByteMachine<G>& machine() const { return system_.machine(); }

 private:
  static machine::Config config_of(const model::World& w) {
    return {w.frames, w.procs, w.cpus, w.pages, w.huge_cow == model::HugeCow::copy};
  }
  /// Both lists of statuses agree but for `stuck`, which no reference answers.
  static model::Status model_status(kernel::Status s) {
    using K = kernel::Status;
    using S = model::Status;
    constexpr std::array<S, 9> same = {S::ok,        S::no_process, S::busy,
                                       S::bad_range, S::occupied,   S::not_mapped,
                                       S::segfault,  S::no_memory,  S::stuck};
    static_assert(static_cast<int>(K::stuck) == 8 && static_cast<int>(K::not_mapped) == 5);
    return same[static_cast<std::size_t>(s)];
  }

  kernel::Status call(const model::Op& op) {
    const auto at = std::uint64_t{op.page} * M::page_bytes + op.offset;
    const auto access = static_cast<kernel::Access>(op.access);
    switch (op.kind) {
      case model::Kind::map:
        return system_.map(op.proc, op.page, op.count,
                           {access, op.sharing == model::Sharing::shared, op.huge});
      case model::Kind::unmap:
        return system_.unmap(op.proc, op.page, op.count);
      case model::Kind::protect:
        return system_.protect(op.proc, op.page, op.count, access);
      case model::Kind::read:
        return system_.read(op.proc, op.cpu, at, room(op.length));
      case model::Kind::write:
        return system_.write(op.proc, op.cpu, at, pattern(op));
      case model::Kind::fork:
        return system_.fork(op.proc, op.child);
      case model::Kind::exec:
        return system_.exec(op.proc);
      case model::Kind::exit:
        return system_.exit(op.proc);
    }
    return kernel::Status::bad_range;
  }

  /// Room for an access; one that cannot fit into the world is cut to one byte too long for it,
  /// which is refused all the same.
  std::span<std::uint8_t> room(std::uint32_t length) {
    buffer_.resize(std::min<std::uint64_t>(
        length, std::uint64_t{machine().config().pages} * M::page_bytes + 1));
    return buffer_;
  }
  std::span<const std::uint8_t> pattern(const model::Op& op) {
    const auto bytes = room(op.length);
    for (std::size_t i = 0; i < bytes.size(); ++i) {
      bytes[i] = static_cast<std::uint8_t>(op.value + i);
    }
    return bytes;
  }

  machine::System<M> system_;
  machine::Audit<G> audit_;
  std::vector<std::uint8_t> buffer_;
  std::vector<std::uint64_t> past_ =
      std::vector<std::uint64_t>(kernel::event_count);  ///< of earlier traces
};

}  // namespace cow::props
