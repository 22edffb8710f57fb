#pragma once

#include <algorithm>
#include <fmt/format.h>
#include <string>

#include "model/reference.h"
#include "props/lockstep/touched_pages.h"
#include "props/subjects/call.h"

namespace cow::props::parallel {

/// A reference beside some processes of a machine that others use too: operations that one thread
/// alone can explain are performed on both, and compared.
class Beside {
 public:
  /// What the processes of the reference are called on the machine, and the CPU that acts.
  struct Names {
    std::vector<std::uint32_t> processes;
    std::uint32_t cpu = 0, cpus = 1;
    std::uint32_t nobody = 0;  ///< a name that no process of the machine has
  };

  Beside(const model::World& world, Names names) : reference_(world), names_(std::move(names)) {}

  /// Empty, or what was wrong. Where memory ran out nothing may have changed, and the reference
  /// does not move.
  template <class M>
  std::string perform(machine::System<M>& system, const model::Op& op) {
    using model::Status;
    const auto got = call(system, translated(op), buffer_);
    if (got == Status::no_memory) return {};
    const auto want = reference_.perform(op);
    if (got != want.status) {
      return fmt::format("{} of P{} p{} answers {} instead of {}", model::name(op.kind),
                         process(op.proc), op.page, model::name(got), model::name(want.status));
    }
    if (got == Status::ok && model::may_drop(op.kind)) follow_drops(system.machine(), op);
    if (op.kind != model::Kind::read || got != Status::ok) return {};
    const auto [is, must] = std::ranges::mismatch(buffer_, want.bytes);
    if (is == buffer_.end()) return {};
    return fmt::format("P{} p{} byte {} reads {:#04x} instead of {:#04x}", process(op.proc),
                       op.page, op.offset + (is - buffer_.begin()), *is, *must);
  }

  /// Compares what process `p` of the reference has on `page` with what an audit saw there.
  template <class SeenPage>
  std::string compare(std::uint32_t p, std::uint32_t page, const SeenPage& seen) const {
    const auto& must = reference_.page(p, page);
    const auto where = fmt::format("P{} p{}", process(p), page);
    if (seen.mapped != must.mapped) return where + " is mapped in one world only";
    if (!must.mapped) return {};
    if (static_cast<model::Access>(seen.access) != must.access) return where + " allows other use";
    const auto bytes = reference_.bytes(p, page);
    const bool same = seen.bytes == nullptr
                          ? std::ranges::all_of(bytes, [](auto byte) { return byte == 0; })
                          : std::ranges::equal(bytes, std::span(seen.bytes, bytes.size()));
    return same ? std::string() : where + " has other bytes than the reference";
  }

  model::Reference& reference() { return reference_; }
  const model::Reference& reference() const { return reference_; }
  std::uint32_t process(std::uint32_t p) const {
    return p < names_.processes.size() ? names_.processes[p] : names_.nobody;
  }

 private:
  /// What was given up and is not there any more was dropped; where a marker is, it never was.
  template <class M>
  void follow_drops(const M& m, const model::Op& op) {
    const auto [first, end] = touched_pages(op, reference_.world());
    for (auto page = first; page < end; ++page) {
      const auto at = kernel::walk<M>(m, m.root(process(op.proc)), m.user_first() + page);
      if (!reference_.page(op.proc, page).given_up || at.entry != M::Entry::none()) continue;
      reference_.drop_given_up(op.proc, page);
    }
  }

  model::Op translated(model::Op op) const {
    op.oom = 0;  // it would hit the allocation of another thread
    op.proc = static_cast<std::uint8_t>(process(op.proc));
    op.child = static_cast<std::uint8_t>(process(op.child));
    op.cpu = static_cast<std::uint8_t>(op.cpu == 0 ? names_.cpu : names_.cpus);
    return op;
  }

  model::Reference reference_;
  Names names_;
  std::vector<std::uint8_t> buffer_;
};

}  // namespace cow::props::parallel
