#pragma once

#include <vector>

#include "props/lockstep/touched_pages.h"

namespace cow::props {

/// Which of the pages that an access goes to were never written before it: wrong bytes there were
/// somebody else's.
class FreshPages {
 public:
  explicit FreshPages(const model::World& world) : fresh_(world.pages) {}

  /// Remembers, before the operation is performed.
  void note(const model::Reference& reference, const model::Op& op) {
    if (!model::is_access(op.kind) || op.proc >= reference.world().procs) return;
    const auto [first, end] = touched_pages(op, reference.world());
    for (auto page = first; page < end; ++page) {
      fresh_[page] = reference.page(op.proc, page).fresh ? 1 : 0;
    }
  }
  /// REQUIRES: the access went to it.
  bool was_fresh(std::uint32_t page) const { return fresh_[page] != 0; }

 private:
  std::vector<std::uint8_t> fresh_;  ///< [page]: of the acting process
};

}  // namespace cow::props
