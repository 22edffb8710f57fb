#pragma once

#include <array>
#include <bitset>

#include "model/reference.h"
#include "props/draw/random.h"

namespace cow::props {

/// Some kinds of operations, by number.
using Kinds = std::bitset<model::kind_count>;
inline const Kinds all_kinds = Kinds().set();

/// Draws operations that are likely to do something, by looking at the reference: uniform draws
/// make 3 % of writes succeed, these about half. Every trace has habits of its own (swarm
/// testing: Groce et al., ISSTA 2012): which kinds are frequent or missing, how far ranges reach,
/// how often memory fails; half of them know no devices, half no advice and no remap,
/// half no swap; one in three lends memory by vfork. Some
/// operations are still drawn blindly, so that refusals are tested.
class Draw {
 public:
  /// Draws nothing but `kinds`, of which map, read, write, fork and exit must be some, and with
  /// vfork exec, too.
  Draw(const model::World& world, std::uint64_t seed, const Kinds& kinds = all_kinds);

  /// The next operation, given what the reference knows now. Deterministic in the seed and the
  /// operations before.
  model::Op next(const model::Reference& reference);

 private:
  using Op = model::Op;
  using Reference = model::Reference;

  /// Free pages, side by side.
  struct Room {
    std::uint32_t page = 0, count = 0;
  };

  void draw_weights(const Kinds& kinds, std::uint64_t seed);
  bool draws(model::Kind kind) const { return weights_[static_cast<std::size_t>(kind)] > 0; }
  Op guided(const Reference& reference);
  Op blind(const Reference& reference);
  void leave_world(Op& op);
  Op draw_fork(const Reference& reference, Op op);
  Op draw_wait(const Reference& reference, Op op);

  // ranges.cpp
  Op draw_map(const Reference& reference, Op op);
  Op draw_range(const Reference& reference, Op op);
  Op draw_anonymous(const Reference& reference, Op op);
  Op draw_hint(const Reference& reference, Op op);
  Op draw_remap(const Reference& reference, Op op);
  Op draw_advise(const Reference& reference, Op op);
  Room find_room(const Reference& reference, const Op& op, bool aligned);

  // accesses.cpp
  Op draw_access(const Reference& reference, Op op);
  Op draw_pin(const Reference& reference, Op op);
  Op draw_device(const Reference& reference, Op op);
  bool take_held_pin(const Reference& reference, Op& op);
  std::uint32_t draw_pinned(const Reference& reference, const Op& op, model::Access needed);

  model::Kind draw_kind();
  std::uint32_t draw_living(const Reference& reference);
  std::uint32_t borrower(const Reference& reference, std::uint32_t proc) const;
  model::Access draw_access_right();
  std::uint32_t draw_page(const Reference& reference, std::uint32_t proc, bool mapped);
  std::uint32_t draw_usable(const Reference& reference, std::uint32_t proc, model::Access needed);
  std::uint32_t draw_count(std::uint32_t page);
  void as_before(Op& op);
  void as_before_beside(Op& op);
  void whole_huge_page(const Reference& reference, Op& op);
  void of_file(Op& op);
  Op draw_map_hugetlb(const Reference& reference, Op op);
  void whole_hugetlb(const Reference& reference, Op& op);
  std::uint32_t usable_run(const Reference& reference, const Op& op) const;

  model::World world_;
  Random random_;
  std::uint32_t page_bytes_, fan_;
  std::array<std::uint32_t, model::kind_count> weights_{};  ///< 0: not drawn
  std::uint32_t total_weight_ = 0;
  std::uint32_t blind_percent_, oom_percent_, huge_percent_, shared_percent_, write_percent_,
      file_percent_;
  Op last_store_;  ///< whose bytes another page may get, too, so that the two can be merged
  std::uint32_t hot_pages_;  ///< guided operations stay below this page
};

/// The world that trace `seed` of a run plays in: the given one with the frames and the huge-page
/// policy varied, so that some traces run out of memory all the time and others never, and now
/// and then with another number of processes, CPUs and pages, up to the largest.
model::World draw_world(const model::World& base, std::uint64_t seed);

}  // namespace cow::props
