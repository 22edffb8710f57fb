#pragma once

#include <vector>

#include "props/lockstep/fault_bound.h"
#include "props/lockstep/sharing_bound.h"
#include "props/lockstep/touched_pages.h"

namespace cow::props {

/// May the pool have nothing for the operation? It may, where it goes to a private page that the
/// pool does not owe to the process.
inline bool may_find_pool_dry(const model::Reference& reference, const model::Op& op) {
  const auto& world = reference.world();
  if (world.pool == 0 || !reaches_pages(op.kind) || op.proc >= world.procs) return false;
  const auto [first, end] = touched_pages(op, world);
  for (auto page = first; page < end; ++page) {
    const auto& at = reference.page(op.proc, page);
    if (at.hugetlb && !at.reserved && at.sharing == model::Sharing::private_) return true;
  }
  return false;
}

/// Did the subject answer what it may for want of memory, where the reference wants `want`? Both
/// have to be earned: some allocation must have failed.
inline bool starves(const model::Reference& reference, const model::Op& op, model::Status want,
                    model::Status got) {
  if (got == model::Status::no_memory) return true;
  return got == model::Status::bus_error && want != got && may_find_pool_dry(reference, op);
}

/// When the pool is dry an owner takes the huge page that it shares for itself, and the others lose
/// it (impl/kernel/hugetlb.h). Whether that happens is the subject's affair: it says so, and the
/// reference goes by it, where it was earned: an allocation failed in the operation, which makes
/// pages that the pool owes to its process ready, and the loser may have shared one of these. What
/// is lost otherwise is a difference like any other.
class LostPages {
 public:
  /// Who may lose a page by the operation that is to come.
  void before(const model::Reference& reference, const SharingBound& bound, const model::Op& op) {
    sharers_.clear();
    const auto& world = reference.world();
    if (world.pool == 0 || !reaches_pages(op.kind) || op.proc >= world.procs) return;
    const auto [first, end] = touched_pages(op, world);
    for (auto page = first; page < end; ++page) {
      if (!reference.page(op.proc, page).reserved) continue;
      const auto token = bound.tokens()[op.proc * world.pages + page];
      if (token != 0) find_sharers(reference, bound, op.proc, token);
    }
  }

  /// `failed`: an allocation has failed in the operation, which is done.
  template <class Subject>
  void follow(model::Reference& reference, SharingBound& bound, FaultBound& faults,
              const Subject& subject, bool failed) {
    for (const auto& [process, page] : sharers_) {
      if (!failed || !subject.lost(process, page) || reference.page(process, page).lost) continue;
      const auto fan = model::huge_pages(reference.world().geometry);
      for (auto i = page - page % fan; i < page - page % fan + fan; ++i) {
        reference.lose(process, i);
        bound.lose(process, i);
        faults.lose(process, i);
      }
    }
  }

 private:
  struct Sharer {
    std::uint32_t process, page;
  };

  void find_sharers(const model::Reference& reference, const SharingBound& bound,
                    std::uint32_t owner, std::uint32_t token) {
    const auto& world = reference.world();
    for (std::uint32_t p = 0; p < world.procs; ++p) {
      for (std::uint32_t i = 0; p != owner && i < world.pages; ++i) {
        const auto& at = reference.page(p, i);
        const bool may = at.hugetlb && !at.reserved && at.sharing == model::Sharing::private_;
        if (may && bound.tokens()[p * world.pages + i] == token) sharers_.push_back({p, i});
      }
    }
  }

  std::vector<Sharer> sharers_;
};

}  // namespace cow::props
