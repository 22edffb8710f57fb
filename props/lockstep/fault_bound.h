#pragma once

#include <algorithm>
#include <cstdint>
#include <span>

#include "model/fixed_array.h"
#include "model/reference.h"
#include "props/lockstep/touched_pages.h"

namespace cow::props {

/// Which accesses may fault: a part of the law `frugal`. A page that a process has read, written
/// or pinned is ready for that until something takes it away: protect, unmap, dontneed and
/// pageout of the page, exec, and, for writing to private pages that the child gets, fork; a page
/// that a device holds stays writable even then, since the child gets a copy. A merge takes it from
/// all private pages that have the bytes of one of its pages. Remap takes along
/// what is ready. A child starts with nothing ready, so that a subject may copy its page tables as
/// late as it likes.
class FaultBound {
 public:
  explicit FaultBound(const model::World& world);

  void reset();

  /// How many faults `op` may cost at most: one makes a page ready. A page that is not ready for
  /// writing may share its frame, so that a pin has to fault even for reading.
  std::uint32_t faults_allowed(const model::Op& op) const;

  /// What will not fault, [process][page]; and back to such a state.
  std::span<const model::Access> ready() const { return ready_; }
  void restore(std::span<const model::Access> ready) { std::ranges::copy(ready, ready_.begin()); }

  /// The process has lost the page, and its next access faults, in vain (lost_pages.h).
  void lose(std::uint32_t p, std::uint32_t page) { ready(p, page) = model::Access::none; }

  /// Ahead of the reference's step, when `op` succeeds: a vfork passes on what is ready.
  void before(const model::Reference& reference, const model::Op& op);
  /// Follows `op`, which the subject answered with `status`.
  void follow(const model::Reference& reference, const model::Op& op, model::Status status);

 private:
  model::Access& ready(std::uint32_t p, std::uint32_t page) {
    return ready_[p * std::size_t{world_.pages} + page];
  }
  void forget(std::uint32_t p, PageRange range);
  void move(const model::Op& op);
  void follow_fork(const model::Reference& reference, std::uint32_t parent);
  void follow_merge(const model::Reference& reference, const model::Op& op);

  model::World world_;
  model::FixedArray<model::Access> ready_;  ///< [process][page]: what will not fault
};

}  // namespace cow::props
