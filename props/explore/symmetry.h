#pragma once

#include <array>
#include <vector>

#include "props/explore/survey.h"

namespace cow::props::explore {

/// Which renamings of processes are symmetries of a scope, and where TLBs keep a translation.
///
/// A renaming may be used when it commutes with every operation: renaming the state and then
/// performing the renamed operation gives the renamed result. The kernel never compares process
/// numbers; they select rows of arrays, and the scope tries every operation for every process that
/// is renamed (the constructor checks it). There is one exception: the slot of a translation
/// depends on process and page. The TLB is direct-mapped, so slots matter only by who evicts whom:
/// a renaming is a symmetry when it keeps which (process, page) pairs share a slot. Pages are
/// never renamed: ranges are walked in page order, and the order in which frames are freed decides
/// which are taken next. CPUs are not either: what a checked machine caches early depends on them.
class Symmetry {
 public:
  using Order = std::array<std::uint8_t, Survey::max_procs>;

  explicit Symmetry(const Scope& scope);

  /// The symmetries: slot i of the renamed state is process order[i]. The identity comes first.
  const std::vector<Order>& orders() const { return orders_; }

  /// Index of the TLB entry for this page of the scope; for a huge one, for its first page.
  std::uint32_t small_slot(std::uint32_t process, std::uint32_t page) const {
    return small_[process][page];
  }
  std::uint32_t huge_slot(std::uint32_t process, std::uint32_t page) const {
    return huge_[process][page];
  }

 private:
  using Slots = std::array<std::array<std::uint8_t, Survey::max_pages>, Survey::max_procs>;

  void find_slots(const Scope& scope);
  static bool keeps_conflicts(const Slots& slots, const Order& order, std::uint32_t procs,
                              std::uint32_t pages);
  static bool keeps_operations(const Scope& scope, const Order& order);

  std::vector<Order> orders_;
  Slots small_{}, huge_{};
};

/// The operation with its processes renamed: slot i becomes order[i].
model::Op renamed(model::Op op, const Symmetry::Order& order);

}  // namespace cow::props::explore
